/// The groups of one correlation, within its share of the bounds.
///
/// A group that no event can reach any more is forgotten as new ones come. When there are as many as
/// there may be, the one that went longest without an event goes, whatever it holds: which one that
/// is depends on the events alone.
struct CorrelationGroups: Sendable {
  private(set) var ledger = CorrelationLedger()
  /// Events of all groups.
  private(set) var events = 0

  private let window: CorrelationWindow
  private var bounds: CorrelationBounds
  private var positions: [UInt64: Int] = [:]
  private var slots: [Slot] = []
  private var free: [Int] = []
  /// The ends of the list of groups by their last event.
  private var freshest: Int?
  private var stalest: Int?
  /// The newest time of any event that was evicted: windows that reach back to it may lack events.
  private var lostThrough = Int64.min
  private var newest = Int64.min

  private struct Slot: Sendable {
    var group: CorrelationGroup
    var fresher: Int?
    var staler: Int?
  }

  init(_ window: CorrelationWindow, _ bounds: CorrelationBounds) {
    self.window = window
    self.bounds = bounds
  }

  var count: Int { positions.count }

  /// Takes everything over from groups of the same correlation, within its own bounds.
  mutating func keep(_ other: CorrelationGroups) {
    let own = bounds
    self = other
    bounds = own
    while events > bounds.events || count > bounds.groups, let stalest { evict(stalest) }
  }

  mutating func countUngrouped() { ledger.ungrouped += 1 }

  /// Adds an event to the group `key`; `texts` says what the group is, and `sample` what the event.
  mutating func take(
    _ entry: CorrelationEntry, key: UInt64, texts: @autoclosure () -> [String],
    sample: @autoclosure () -> CorrelationSample
  ) -> [CorrelationFinding] {
    ledger.taken += 1
    newest = max(newest, entry.time)
    let position = touch(key, texts())
    let before = slots[position].group.count
    slots[position].group.remember(sample(), of: entry, window)
    let findings = slots[position].group.take(entry, window, &ledger)
    events += slots[position].group.count - before
    while events > bounds.events, let stalest, stalest != position { evict(stalest) }
    return findings
  }

  /// The group of a finding that was just made.
  func group(_ key: UInt64) -> CorrelationGroup? { positions[key].map { slots[$0].group } }

  private mutating func touch(_ key: UInt64, _ texts: @autoclosure () -> [String]) -> Int {
    if let known = positions[key] {
      unlink(known)
      link(known)
      return known
    }
    // Two for each new one, so that those that ended are gone before there are too many.
    for _ in 0..<2 { if let stalest, isOver(stalest) { forget(stalest) } }
    while positions.count >= bounds.groups, let stalest { evict(stalest) }
    let group = CorrelationGroup(
      key: key, texts: texts(), measure: window.blankMeasure, lostThrough: lostThrough)
    let position: Int
    if let reused = free.popLast() {
      position = reused
      slots[position] = Slot(group: group)
    } else {
      position = slots.count
      slots.append(Slot(group: group))
    }
    positions[key] = position
    link(position)
    return position
  }

  private func isOver(_ position: Int) -> Bool {
    slots[position].group.newest
      < newest &- window.span &- CorrelationBounds.latenessMicroseconds
  }

  private mutating func evict(_ position: Int) {
    let group = slots[position].group
    if !isOver(position) {
      lostThrough = max(lostThrough, group.newest)
      ledger.evictedGroups += 1
      ledger.evictedEvents += group.count
    }
    forget(position)
  }

  private mutating func forget(_ position: Int) {
    let group = slots[position].group
    events -= group.count
    positions[group.key] = nil
    unlink(position)
    slots[position].group = CorrelationGroup(
      key: 0, texts: [], measure: .events, lostThrough: .min)
    free.append(position)
  }

  private mutating func link(_ position: Int) {
    slots[position].staler = freshest
    slots[position].fresher = nil
    if let freshest { slots[freshest].fresher = position }
    freshest = position
    if stalest == nil { stalest = position }
  }

  private mutating func unlink(_ position: Int) {
    let (fresher, staler) = (slots[position].fresher, slots[position].staler)
    if let fresher { slots[fresher].staler = staler } else { freshest = staler }
    if let staler { slots[staler].fresher = fresher } else { stalest = fresher }
  }
}
