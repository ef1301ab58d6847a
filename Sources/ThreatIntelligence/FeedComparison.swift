internal import MeshModel

/// A version held against what is held: which of the two was written first.
///
/// What is only missing says nothing, for it may have been deleted.
struct FeedComparison {
  /// Entries that stand in the version as they were before what is held of them, or before they were
  /// withdrawn; each with what they were held against.
  private(set) var earlier: [String: Withdrawal] = [:]
  /// The first of them.
  private(set) var example: (id: String, its: Timestamp, held: Timestamp)?
  private var earlierCount = 0
  /// Entries that changed later, or are new and changed after all that is held. One that is only new
  /// may have been deleted since.
  private var laterCount = 0
  private let isAnyHeld: Bool

  init(of version: FeedVersion, with held: FeedVersion?, _ withdrawals: [String: Withdrawal]) {
    var times = withdrawals.compactMapValues(\.modified)
    let indicators = held?.indicators ?? []
    isAnyHeld = !indicators.isEmpty
    guard !times.isEmpty || indicators.contains(where: { $0.modified != nil }) else { return }
    for indicator in indicators {
      // The earliest, where an id stands twice.
      let time = indicator.modified ?? Timestamp(microseconds: .min)
      times[indicator.provenance.id] = min(times[indicator.provenance.id] ?? time, time)
    }
    let newest = times.values.max() ?? Timestamp(microseconds: .max)
    for indicator in version.indicators {
      guard let time = indicator.modified else { continue }
      let id = indicator.provenance.id
      let known = times[id]
      if known ?? newest < time { laterCount += 1 }
      guard let known, time < known else { continue }
      earlierCount += 1
      // What is known already is no newer for being told again, or it would never end.
      if let former = withdrawals[id], former.modified == known {
        earlier[id] = former
      } else {
        earlier[id] = Withdrawal(modified: known, readAt: version.readAt)
      }
      if example == nil { example = (id, time, known) }
    }
  }

  /// Whether it was written before what is held. One that brings as much that is newer is not: an
  /// entry whose time was set back must not stop all the others. Where nothing is held any more, any
  /// version is better than none.
  var isOlder: Bool { isAnyHeld && earlierCount > laterCount }
}
