internal import DequeModule

/// The events of one group, and the windows over them.
///
/// A window ends at the time of an event and reaches back by the timespan; both ends belong to it.
/// An event that comes in the order of time ends one window: the sliding one, whose measure is kept.
/// One that comes late takes its place among the others, and the windows that hold it and end at an
/// event are measured again; entries are kept for as long as that can happen.
struct CorrelationGroup: Sendable {
  let key: UInt64
  /// The values of the fields it is grouped by.
  let texts: [String]
  private(set) var samples: [CorrelationSample] = []
  private(set) var count = 0

  /// By time; those of one time in the order they came.
  private var entries: Deque<CorrelationEntry> = []
  /// The first entry of the window that ends at the newest one, and that window's measure.
  private var first = 0
  private var measure: CorrelationMeasure
  /// Windows that begin at or before it may have held events that are forgotten.
  private var lostThrough: Int64
  private var reportedAt: Int64?

  init(key: UInt64, texts: [String], measure: CorrelationMeasure, lostThrough: Int64) {
    self.key = key
    self.texts = texts
    self.measure = measure
    self.lostThrough = lostThrough
  }

  var newest: Int64 { entries.last?.time ?? .min }

  /// Adds an event and gives the windows that it makes meet the condition.
  mutating func take(
    _ entry: CorrelationEntry, _ window: CorrelationWindow, _ ledger: inout CorrelationLedger
  ) -> [CorrelationFinding] {
    defer { count = entries.count }
    guard let newest = entries.last, entry.time < newest.time else {
      return takeNewest(entry, window, &ledger)
    }
    guard entry.time >= newest.time &- CorrelationBounds.latenessMicroseconds else {
      ledger.late += 1
      return []
    }
    return takeLate(entry, window, &ledger)
  }

  /// Keeps an event for explanations: of rules that have to match all, the last one of each; of
  /// values, the last that were new; else the last ones.
  mutating func remember(
    _ sample: @autoclosure () -> CorrelationSample, of entry: CorrelationEntry,
    _ window: CorrelationWindow
  ) {
    guard samples.isEmpty || measure.isNews(entry) else { return }
    let sample = sample()
    if window.type.hasOneSampleForEachRule { samples.removeAll { $0.slot == sample.slot } }
    samples.append(sample)
    if samples.count > CorrelationBounds.samples { samples.removeFirst() }
  }

  private mutating func takeNewest(
    _ entry: CorrelationEntry, _ window: CorrelationWindow, _ ledger: inout CorrelationLedger
  ) -> [CorrelationFinding] {
    var entry = entry
    if let newest = entries.last, newest.time == entry.time { entry.isFound = newest.isFound }
    let start = entry.time &- window.span
    while first < entries.count, entries[first].time < start {
      measure.remove(entries[first])
      first += 1
    }
    entries.append(entry)
    measure.add(entry)
    expire(before: start &- CorrelationBounds.latenessMicroseconds)
    let finding = judge(
      entries.count - 1, from: first, measure, window, &ledger)
    bound(window, &ledger)
    return finding.map { [$0] } ?? []
  }

  private mutating func takeLate(
    _ entry: CorrelationEntry, _ window: CorrelationWindow, _ ledger: inout CorrelationLedger
  ) -> [CorrelationFinding] {
    ledger.outOfOrder += 1
    let newest = self.newest
    var entry = entry
    let position = entries.position(after: entry.time)
    if position > 0, entries[position - 1].time == entry.time {
      entry.isFound = entries[position - 1].isFound
    }
    entries.insert(entry, at: position)
    var findings: [CorrelationFinding] = []
    let isHeard = window.feedsOthers || isDue(at: min(newest, entry.time &+ window.span), window)
    if entry.time < newest &- window.span { first += 1 }
    if case .order(let order) = measure {
      findings = orderAgain(order, around: position, window, &ledger)
    } else {
      if entry.time >= newest &- window.span { measure.add(entry) }
      if isHeard { findings = measureAgain(around: position, window, &ledger) }
    }
    bound(window, &ledger)
    return findings
  }

  /// Measures the windows that hold the entry at `position` and end at an entry, by sliding the
  /// newest window back and forth again.
  private mutating func measureAgain(
    around position: Int, _ window: CorrelationWindow, _ ledger: inout CorrelationLedger
  ) -> [CorrelationFinding] {
    let late = entries[position].time
    var end = entries.count - 1
    let last = max(position, entries.count - CorrelationBounds.windowsMeasuredAgain)
    if last > position { ledger.unrenewed += 1 }
    while end > last {
      measure.remove(entries[end])
      end -= 1
      while first > 0, entries[first - 1].time >= entries[end].time &- window.span {
        first -= 1
        measure.add(entries[first])
      }
    }
    var findings: [CorrelationFinding] = []
    while true {
      let time = entries[end].time
      if time <= late &+ window.span, end + 1 == entries.count || entries[end + 1].time > time,
        let finding = judge(end, from: first, measure, window, &ledger)
      {
        findings.append(finding)
      }
      end += 1
      guard end < entries.count else { return findings }
      measure.add(entries[end])
      while entries[first].time < entries[end].time &- window.span {
        measure.remove(entries[first])
        first += 1
      }
    }
  }

  /// The same for orders, which cannot slide back: they are built anew from the entries left.
  private mutating func orderAgain(
    _ order: CorrelationOrder, around position: Int, _ window: CorrelationWindow,
    _ ledger: inout CorrelationLedger
  ) -> [CorrelationFinding] {
    let late = entries[position].time
    if late &- window.span <= lostThrough { ledger.unrenewed += 1 }
    var start = entries.position(atOrAfter: late &- window.span)
    var renewed = CorrelationOrder(rules: window.rules)
    for index in start..<position { renewed.add(entries[index].slots, at: entries[index].time) }
    var findings: [CorrelationFinding] = []
    var end = position
    while end < entries.count, entries[end].time <= late &+ window.span {
      let time = entries[end].time
      renewed.add(entries[end].slots, at: time)
      while entries[start].time < time &- window.span { start += 1 }
      if end + 1 == entries.count || entries[end + 1].time > time,
        let finding = judge(end, from: start, .order(renewed), window, &ledger)
      {
        findings.append(finding)
      }
      end += 1
    }
    if end == entries.count {
      // Sequences may have begun with events that are forgotten by now.
      renewed.join(order)
      measure = .order(renewed)
    }
    return findings
  }

  /// Whether the window that ends at entry `end` meets the condition and was not found before.
  private mutating func judge(
    _ end: Int, from start: Int, _ measure: CorrelationMeasure, _ window: CorrelationWindow,
    _ ledger: inout CorrelationLedger
  ) -> CorrelationFinding? {
    let time = entries[end].time
    let begin = time &- window.span
    guard !entries[end].isFound,
      let value = measure.value(of: end - start + 1, since: begin),
      window.condition.isMet(by: value)
    else { return nil }
    let isWhole = begin > lostThrough
    guard isWhole || !window.needsAllEvents else {
      ledger.unjudged += 1
      return nil
    }
    entries[end].isFound = true
    let isReported = isDue(at: time, window)
    if isReported { reportedAt = time }
    return CorrelationFinding(
      time: time, first: entries[start].time, events: end - start + 1, value: value,
      isAtLeast: !isWhole, isReported: isReported)
  }

  /// A group is reported once in a timespan, going forward in time, so that no event counts for two
  /// reports.
  private func isDue(at time: Int64, _ window: CorrelationWindow) -> Bool {
    guard let reportedAt else { return true }
    return time > reportedAt &+ window.span
  }

  private mutating func expire(before time: Int64) {
    while let oldest = entries.first, oldest.time < time {
      entries.removeFirst()
      first -= 1
    }
  }

  /// Forgets the oldest entry although a window may still ask for it.
  private mutating func dropFirst() {
    if first > 0 { first -= 1 } else { measure.remove(entries[0]) }
    lostThrough = max(lostThrough, entries[0].time)
    entries.removeFirst()
  }

  /// Keeps the group within what its condition needs, and within the bound of a group.
  private mutating func bound(_ window: CorrelationWindow, _ ledger: inout CorrelationLedger) {
    if let needed = window.eventsNeededWhenSilent, !isDue(at: newest, window) {
      // Until the next report may come, events before the last few decide nothing.
      while entries.count > needed { dropFirst() }
    }
    guard entries.count > window.eventsPerGroup else { return }
    var kept = window.eventsPerGroup
    if window.canForgetRepeats {
      // Room for more than one event, so that not every one of them has to look for repeats.
      kept = kept / 4 * 3
      forgetRepeats(window)
    }
    while entries.count > kept {
      if window.type != .temporalOrdered { ledger.dropped += 1 }
      dropFirst()
    }
  }

  /// Keeps the last event of each value, or of each set of rules: no later window can tell the
  /// difference.
  private mutating func forgetRepeats(_ window: CorrelationWindow) {
    var seen: Set<UInt64> = []
    var kept: Deque<CorrelationEntry> = []
    for entry in entries.reversed() {
      let what = window.type == .temporal ? UInt64(entry.slots) : entry.value
      let isCounted = window.type == .temporal || entry.hasValue
      if entry.time == newest || isCounted && !seen.contains(what) {
        kept.prepend(entry)
        if isCounted { seen.insert(what) }
      } else {
        lostThrough = max(lostThrough, entry.time)
      }
    }
    entries = kept
    first = entries.position(atOrAfter: newest &- window.span)
    measure = window.blankMeasure
    for index in first..<entries.count { measure.add(entries[index]) }
  }
}

extension Deque<CorrelationEntry> {
  /// The first entry at `time` or later.
  fileprivate func position(atOrAfter time: Int64) -> Int {
    partition { $0.time >= time }
  }

  /// The first entry later than `time`.
  fileprivate func position(after time: Int64) -> Int {
    partition { $0.time > time }
  }

  private func partition(_ isRight: (CorrelationEntry) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isRight(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
