internal import Anomaly
package import FeedbackLoop
package import MeshModel
internal import Synchronization
package import Telemetry

/// Spreads observations over the shards by subject, and takes their findings to the loop.
package final class Scoring: ObservationSink {
  private let shards: [ScoringShard]
  private let loop: Loop
  private let newID: @Sendable () -> ActionID
  private let state = Mutex(State())

  private struct State {
    var ledger = IngestLedger()
    var watched: Set<SPIFFEID> = []
  }

  package init(
    shardCount: Int, policies: [ResponsePolicy], loop: Loop,
    secret: UInt64, newID: @escaping @Sendable () -> ActionID
  ) {
    let thresholds = Self.thresholds(policies)
    shards = (0..<shardCount).map { shard in
      ScoringShard(
        Scorer(thresholds: thresholds, shard: shard, of: shardCount, secret: secret))
    }
    self.loop = loop
    self.newID = newID
  }

  package func receive(_ batch: ObservationBatch) async {
    for shard in shards { await score(batch, on: shard) }
  }

  package func stream(of proxy: ProxyID, isOpen: Bool) async {
    await loop.submit(.reporting(proxy, isOpen: isOpen))
  }

  package func count(_ ledger: IngestLedger) async {
    state.withLock { $0.ledger.add(ledger) }
  }

  package var ledger: IngestLedger { state.withLock { $0.ledger } }

  package func subjectCount() async -> Int {
    var count = 0
    for shard in shards { count += await shard.subjectCount }
    return count
  }

  package func entityCount() async -> Int {
    var count = 0
    for shard in shards { count += await shard.entityCount }
    return count
  }

  package func retune(_ policies: [ResponsePolicy]) async {
    for shard in shards { await shard.retune(Self.thresholds(policies)) }
  }

  func watch(_ subjects: Set<SPIFFEID>, enforced: Set<SPIFFEID>) async {
    state.withLock { $0.watched = subjects }
    for shard in shards { await shard.watch(subjects, enforced: enforced) }
  }

  func spend(_ subject: SPIFFEID, before instant: Timestamp) async {
    for shard in shards { await shard.spend(subject, before: instant) }
  }

  /// The watched subjects' scores now.
  func watchedScores(at now: Timestamp) async -> [SPIFFEID: Double] {
    let watched = state.withLock { $0.watched }
    guard !watched.isEmpty else { return [:] }
    var scores: [SPIFFEID: Double] = [:]
    for shard in shards {
      scores.merge(await shard.scores(of: watched, at: now)) { max($0, $1) }
    }
    return scores
  }

  private func score(_ batch: ObservationBatch, on shard: ScoringShard) async {
    let findings = await shard.score(batch)
    guard !findings.isEmpty else { return }
    for detection in findings.detections {
      await loop.submit(.detected(detection, id: newID()))
    }
    for (sighting, range) in findings.stopped {
      for start in Set([range.lowerBound, range.upperBound]) {
        await loop.submit(
          .stopped(sighting.action, subject: sighting.subject, at: sighting.proxy, start: start))
      }
    }
    for (sighting, range) in findings.served {
      await loop.submit(
        .served(sighting.subject, at: sighting.proxy, start: range.upperBound))
    }
  }

  private static func thresholds(_ policies: [ResponsePolicy]) -> [Detector: Double] {
    var thresholds: [Detector: Double] = [:]
    for match in policies.flatMap(\.matches) {
      thresholds[match.detector] = min(thresholds[match.detector] ?? 1, match.above)
    }
    return thresholds
  }
}
