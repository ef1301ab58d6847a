package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
package import Telemetry

/// Gives telemetry as it comes to whoever records it. Recording never holds up scoring: what a
/// reader does not take in time is dropped, and the recording says so.
package final class Recorder: MessageTap, Service {
  private let mesh: RecordedMesh
  private let now: @Sendable () -> Timestamp
  private let state = Mutex(State())

  private struct State {
    var readers: [Int: Reader] = [:]
    var opened = 0
    var isFinished = false
  }

  private struct Reader {
    var waiting: [(message: [UInt8], source: RecordedSource, at: Timestamp)] = []
    var bytes = 0
    var dropped: UInt64 = 0
    let bell: AsyncStream<Void>.Continuation
  }

  package init(mesh: RecordedMesh, now: @escaping @Sendable () -> Timestamp) {
    self.mesh = mesh
    self.now = now
  }

  /// Ends all recordings at shutdown.
  package func run() async throws {
    try await gracefulShutdown()
    state.withLock { state in
      state.isFinished = true
      for reader in state.readers.values { reader.bell.finish() }
    }
  }

  package func note(
    _ message: [UInt8], from source: RecordedSource, receivedAt: Timestamp
  ) {
    state.withLock { state in
      for (number, reader) in state.readers {
        let bytes = message.count + Self.bytesBesideMessage
        guard reader.bytes + bytes <= Self.maximumBytes else {
          state.readers[number]?.dropped += 1
          continue
        }
        state.readers[number]?.waiting.append((message, source, receivedAt))
        state.readers[number]?.bytes += bytes
        reader.bell.yield()
      }
    }
  }

  package var hasRoom: Bool {
    state.withLock { $0.readers.count < Self.maximumReaders && !$0.isFinished }
  }

  /// Writes a recording, piece by piece, until `write` fails, the task is cancelled, or the process
  /// stops.
  ///
  /// - Parameter redactionKey: for a redacted recording, a random number.
  package func record(
    redactionKey: UInt64?, to write: ([UInt8]) async throws -> Void
  ) async throws {
    let (bells, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let number = try open(bell)
    defer { state.withLock { _ = $0.readers.removeValue(forKey: number) } }
    var writer = RecordingWriter(
      redaction: redactionKey.map { Redaction(key: $0, keeping: mesh.services.keys) })
    try await write(writer.heading(mesh) + writer.time(now()))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // Shows that the recording goes on while nothing happens.
        while true {
          try await Task.sleep(for: .seconds(1))
          bell.yield()
        }
      }
      defer { group.cancelAll() }
      for await _ in bells {
        let (taken, dropped) = take(number)
        if dropped > 0 { try await write(writer.gap(dropped)) }
        if taken.isEmpty { try await write(writer.time(now())) }
        for (message, source, at) in taken {
          try await write(writer.frames(of: message, from: source, receivedAt: at))
          // Others need the thread too.
          await Task.yield()
        }
      }
    }
  }

  private func open(_ bell: AsyncStream<Void>.Continuation) throws(RecorderError) -> Int {
    let number: Int? = state.withLock { state in
      guard state.readers.count < Self.maximumReaders, !state.isFinished else { return nil }
      state.opened += 1
      state.readers[state.opened] = Reader(bell: bell)
      return state.opened
    }
    guard let number else { throw .busy }
    return number
  }

  private func take(
    _ number: Int
  ) -> (taken: [(message: [UInt8], source: RecordedSource, at: Timestamp)], dropped: UInt64) {
    state.withLock { state in
      guard let reader = state.readers[number] else { return ([], 0) }
      state.readers[number]?.waiting = []
      state.readers[number]?.bytes = 0
      state.readers[number]?.dropped = 0
      return (reader.waiting, reader.dropped)
    }
  }

  /// What may wait for one reader.
  private static let maximumBytes = 32 << 20
  /// What even an empty message takes.
  private static let bytesBesideMessage = 256
  private static let maximumReaders = 2
}

package enum RecorderError: Error, Hashable, Sendable {
  /// Two recordings are being made already, or the process stops.
  case busy
}
