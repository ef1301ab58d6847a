package import MeshModel
internal import ServiceLifecycle

/// Runs the writer of checkpoints. Put before whoever writes to the history, it ends after that, so the last
/// checkpoint holds all that was written.
package struct CheckpointKeeper: Service {
  private let writer: CheckpointWriter
  private let now: @Sendable () -> Timestamp

  package init(_ writer: CheckpointWriter, now: @escaping @Sendable () -> Timestamp) {
    self.writer = writer
    self.now = now
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      while true {
        await self.writer.advance(at: self.now())
        try await Task.sleep(for: .seconds(1))
      }
    }
    await writer.advance(at: now(), last: true)
  }
}
