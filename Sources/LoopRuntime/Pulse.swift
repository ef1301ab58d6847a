internal import FeedbackLoop
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization

/// Ten times a second: scores of the watched subjects, and the passing of time.
package final class Pulse: Service {
  private let loop: Loop
  private let scoring: Scoring
  private let signals: SignalLane?
  private let now: @Sendable () -> Timestamp
  private let lastBeat: Mutex<Timestamp>

  /// Without `signals` no other system's alerts count.
  package init(
    loop: Loop, scoring: Scoring, signals: SignalLane? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.loop = loop
    self.scoring = scoring
    self.signals = signals
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
        await self.loop.submit(.scores(await self.scores()))
        for (workload, health) in await self.scoring.neighbours() {
          await self.loop.submit(.neighbours(workload, health))
        }
        self.lastBeat.withLock { $0 = self.now() }
      }
    }
  }

  /// What is reported counts for those whom a report had acted on; others calm down by what the mesh sees.
  private func scores() async -> [Subject: Double] {
    let seen = await scoring.watchedScores(at: now())
    guard let reported = signals?.scores, !reported.isEmpty else { return seen }
    let subjects = await loop.snapshot.openActions.filter { $0.detection.detector == .alert }
      .map(\.subject)
    return seen.merging(reported.filter { subjects.contains($0.key) }) { max($0, $1) }
  }

  /// Whether the loop took a beat within the last five seconds.
  package var isBeating: Bool {
    now() < lastBeat.withLock { $0 }.adding(milliseconds: 5_000)
  }
}
