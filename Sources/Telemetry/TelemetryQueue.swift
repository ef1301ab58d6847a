internal import DequeModule
package import MeshModel

/// Batches that wait to be scored: bounded, fair to each reporter, and what is about a subject with
/// an open action before all else.
///
/// When it is full the oldest batch of the reporter with the most waiting is shed, so a reporter
/// that floods displaces itself. Suspects' lane takes at most half of the room and of the turns, so
/// that whoever can name a suspect cannot displace the rest. Batches leave each lane in the order
/// they came.
package struct TelemetryQueue: Sendable {
  fileprivate struct Lane: Sendable {
    var order: Deque<UInt64> = []
    var batches: [UInt64: Waiting] = [:]
    var byReporter: [SPIFFEID: Share] = [:]
    var weight = 0
  }

  fileprivate struct Waiting: Sendable {
    var batch: ObservationBatch
    var since: Timestamp
  }

  fileprivate struct Share: Sendable {
    var order: Deque<UInt64> = []
    var weight = 0
  }

  private var suspects = Lane()
  private var others = Lane()
  private var next: UInt64 = 0
  private let limit: Int
  private var weight = 0

  /// `limit`: observations of usual size that may wait.
  package init(limit: Int = Self.defaultLimit) {
    self.limit = limit
  }

  package var fill: Double { Double(weight) / Double(limit) }

  /// Whether this reporter has so much waiting that more would soon displace what it said before.
  package func isFull(for reporter: SPIFFEID) -> Bool {
    let waiting =
      (suspects.byReporter[reporter]?.weight ?? 0) + (others.byReporter[reporter]?.weight ?? 0)
    return waiting > limit / Self.reporterShare
  }

  /// Since when the oldest batch waits; nil when none does.
  package var oldest: Timestamp? {
    [suspects.oldest, others.oldest].compactMap(\.self).min()
  }

  /// Returns how many observations were shed to make room, by kind.
  package mutating func push(
    _ batch: ObservationBatch, isSuspect: Bool, at now: Timestamp
  ) -> [Shedding: Int] {
    next += 1
    weight += batch.weight
    let waiting = Waiting(batch: batch, since: now)
    if isSuspect { suspects.append(waiting, next) } else { others.append(waiting, next) }
    var shed: [Shedding: Int] = [:]
    while suspects.weight > limit / 2, let dropped = suspects.shedOldestOfLargest() {
      weight -= dropped.weight
      shed[.suspect, default: 0] += dropped.observations.count
    }
    while weight > limit, let dropped = others.shedOldestOfLargest() {
      weight -= dropped.weight
      shed[.other, default: 0] += dropped.observations.count
    }
    return shed
  }

  /// Takes the next batches, suspects' first, until at least `observations` of them are taken.
  /// While others wait, suspects get half of the turn.
  package mutating func take(observations: Int) -> [ObservationBatch] {
    var taken: [ObservationBatch] = []
    var left = observations
    func take(_ batch: ObservationBatch) {
      left -= batch.observations.count + batch.marks.count
      weight -= batch.weight
      taken.append(batch)
    }
    while left > observations / 2, let batch = suspects.popFirst() { take(batch) }
    while left > 0, let batch = others.popFirst() { take(batch) }
    while left > 0, let batch = suspects.popFirst() { take(batch) }
    return taken
  }

  /// Part of the room after which a reporter that can repeat itself is asked to wait.
  private static let reporterShare = 8
  /// About a second of work for one core, and some 64 MB with the messages they came in.
  package static let defaultLimit = 131_072
}

extension TelemetryQueue.Lane {
  fileprivate var oldest: Timestamp? {
    order.first { batches[$0] != nil }.flatMap { batches[$0]?.since }
  }

  fileprivate mutating func append(_ waiting: TelemetryQueue.Waiting, _ number: UInt64) {
    let reporter = waiting.batch.reporter.principal
    order.append(number)
    batches[number] = waiting
    weight += waiting.batch.weight
    byReporter[reporter, default: TelemetryQueue.Share()].order.append(number)
    byReporter[reporter]?.weight += waiting.batch.weight
  }

  fileprivate mutating func popFirst() -> ObservationBatch? {
    while let number = order.popFirst() {
      // One that was shed left its number behind.
      guard let waiting = batches.removeValue(forKey: number) else { continue }
      leave(waiting.batch)
      return waiting.batch
    }
    return nil
  }

  fileprivate mutating func shedOldestOfLargest() -> ObservationBatch? {
    guard
      let largest = byReporter.max(by: {
        ($0.value.weight, $1.key) < ($1.value.weight, $0.key)
      }),
      let number = largest.value.order.first, let waiting = batches.removeValue(forKey: number)
    else { return nil }
    leave(waiting.batch)
    while let first = order.first, batches[first] == nil { order.removeFirst() }
    return waiting.batch
  }

  /// The oldest batch of its reporter goes.
  private mutating func leave(_ batch: ObservationBatch) {
    let reporter = batch.reporter.principal
    weight -= batch.weight
    byReporter[reporter]?.order.removeFirst()
    byReporter[reporter]?.weight -= batch.weight
    if byReporter[reporter]?.order.isEmpty == true { byReporter[reporter] = nil }
  }
}

extension ObservationBatch {
  /// In observations of usual size, so that large messages with few of them count for what they hold.
  fileprivate var weight: Int { observations.count + marks.count + bytes.count / 1_024 }
}
