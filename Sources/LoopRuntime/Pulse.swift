internal import FeedbackLoop
package import MeshModel
internal import ServiceLifecycle

/// Ten times a second: scores of the watched subjects, and the passing of time.
package struct Pulse: Service {
  private let loop: Loop
  private let scoring: Scoring
  private let now: @Sendable () -> Timestamp

  package init(loop: Loop, scoring: Scoring, now: @escaping @Sendable () -> Timestamp) {
    self.loop = loop
    self.scoring = scoring
    self.now = now
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      while true {
        try await Task.sleep(for: .milliseconds(100))
        await loop.submit(.scores(scoring.watchedScores(at: now())))
        await loop.submit(.tick)
      }
    }
  }
}
