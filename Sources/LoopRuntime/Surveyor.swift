internal import Anomaly
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization

/// Asks the shards what they know, every five seconds, in slices between which they go on scoring.
/// Who looks reads what was answered last, and keeps nobody waiting.
package final class Surveyor: Service {
  private let scoring: Scoring
  private let now: @Sendable () -> Timestamp
  private let state = Mutex(Survey())

  package init(scoring: Scoring, now: @escaping @Sendable () -> Timestamp) {
    self.scoring = scoring
    self.now = now
  }

  package var survey: Survey { state.withLock { $0 } }

  package func run() async throws {
    let began = now()
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      while true {
        // Whoever looks comes after all else.
        if self.scoring.isCalm { await self.look(since: began) }
        try await Task.sleep(for: .seconds(5))
      }
    }
  }

  func look(since began: Timestamp) async {
    let instant = now()
    let found = await scoring.survey(at: instant)
    state.withLock { survey in
      survey.take(found.subjects, found.calls, found.inbound, at: instant)
      let window = 240 + Double(((instant.second % 60) + 60) % 60) + 1
      survey.seconds = max(1, min(window, instant.milliseconds(since: began) / 1_000))
    }
  }
}
