internal import FeedbackLoop
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization

/// Ten times a second: scores of the watched subjects, and the passing of time.
package final class Pulse: Service {
  private let loop: Loop
  private let scoring: Scoring
  private let now: @Sendable () -> Timestamp
  private let lastBeat: Mutex<Timestamp>

  package init(
    loop: Loop, scoring: Scoring, now: @escaping @Sendable () -> Timestamp
  ) {
    self.loop = loop
    self.scoring = scoring
    self.now = now
    lastBeat = Mutex(now())
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      while true {
        try await Task.sleep(for: .milliseconds(100))
        // Deadlines first: the scores wait for the shards.
        await self.loop.submit(.tick)
        await self.loop.submit(.load(self.scoring.load()))
        if self.scoring.isImpersonated { await self.loop.submit(.impersonated) }
        await self.loop.submit(.scores(await self.scoring.watchedScores(at: self.now())))
        for (workload, health) in await self.scoring.neighbours() {
          await self.loop.submit(.neighbours(workload, health))
        }
        self.lastBeat.withLock { $0 = self.now() }
      }
    }
  }

  /// Whether the loop took a beat within the last five seconds.
  package var isBeating: Bool {
    now() < lastBeat.withLock { $0 }.adding(milliseconds: 5_000)
  }
}
