package import MeshModel

/// Judges the load from what was received and shed in the last ten seconds, and what waits.
package struct LoadGauge: Sendable {
  private struct Slot {
    var second: Int64 = 0
    /// Without what nobody would have scored: it must not make the share that was shed look small.
    var received: UInt64 = 0
    var shed: UInt64 = 0
    var suspects: UInt64 = 0
  }

  private var slots = [Slot](repeating: Slot(), count: 10)
  private var last = IngestLedger()

  package init() {}

  /// `ledger` holds totals; `fill` is the share of the queue that is used.
  package mutating func judge(
    _ ledger: IngestLedger, fill: Double, oldest: Timestamp?, at now: Timestamp
  ) -> LoadState {
    let second = now.second
    let index = Int(((second % 10) + 10) % 10)
    if slots[index].second != second { slots[index] = Slot(second: second) }
    slots[index].received &+= ledger.usable &- last.usable
    slots[index].shed &+= ledger.shedTotal &- last.shedTotal
    slots[index].suspects &+= (ledger.shed[.suspect] ?? 0) &- (last.shed[.suspect] ?? 0)
    last = ledger
    let recent = slots.filter { second - $0.second < 10 }
    let received = recent.reduce(0) { $0 &+ $1.received }
    let shed = recent.reduce(0) { $0 &+ $1.shed }
    if let oldest, now >= oldest.adding(milliseconds: Self.stallMilliseconds) { return .safe }
    if recent.contains(where: { $0.suspects > 0 })
      || Double(shed) > Self.holdShare * Double(received)
    {
      return .hold
    }
    return shed > 0 || fill > 0.5 ? .thinning : .normal
  }

  /// A batch that waits so long means that nothing is scored any more.
  private static let stallMilliseconds: Int64 = 5_000
  /// With more of the requests unseen, silence proves nothing.
  private static let holdShare = 0.1
}
