internal import MeshModel

/// Runs correlations over events.
///
/// The same events in the same order give the same matches, in every process.
package struct CorrelationWindows: Sendable {
  private let plan: CorrelationPlan
  /// For each correlation of the plan.
  private var groups: [CorrelationGroups]

  package init(_ plan: CorrelationPlan, bounds: CorrelationBounds = CorrelationBounds()) {
    self.plan = plan
    let share = bounds.share(of: plan.correlations.count)
    groups = plan.correlations.map { CorrelationGroups($0.window, share) }
  }

  /// Takes over the groups of a correlation of other windows that is the same here.
  package mutating func keep(_ old: Int, of other: CorrelationWindows, as new: Int) {
    groups[new].keep(other.groups[old])
  }

  /// What became of all events so far.
  package var ledger: CorrelationLedger {
    groups.reduce(CorrelationLedger()) { $0 + $1.ledger }
  }

  package var groupCount: Int { groups.reduce(0) { $0 + $1.count } }
  package var eventCount: Int { groups.reduce(0) { $0 + $1.events } }

  /// Adds an event, and gives the matches that are to be reported.
  package mutating func take(_ event: CorrelationEvent) -> [CorrelationMatch] {
    take(event) { _, _, _ in }
  }

  /// The same; `hear` is told of every window that was found, of which correlation and group.
  mutating func take(
    _ event: CorrelationEvent, _ hear: (Int, [String], CorrelationFinding) -> Void
  ) -> [CorrelationMatch] {
    var slots = Array(repeating: UInt16(0), count: groups.count)
    for rule in event.rules {
      for trigger in plan.triggers[rule] ?? [] {
        slots[trigger.correlation] |= 1 << UInt16(trigger.slot)
      }
    }
    var matches: [CorrelationMatch] = []
    // Times at which windows ended that were found, for the correlations on top.
    var found: [[Int64]] = Array(repeating: [], count: groups.count)
    for index in groups.indices {
      let correlation = plan.correlations[index]
      for input in inputs(of: index, event, slots[index], found) {
        for finding in take(input, event, index) {
          hear(index, Self.texts(correlation.slots[input.slot], event), finding)
          if correlation.window.feedsOthers { found[index].append(finding.time) }
          guard finding.isReported, correlation.isReported else { continue }
          match(finding, input, event, index).map { matches.append($0) }
        }
      }
    }
    return matches
  }

  /// An event as one group of one correlation sees it.
  private struct Input {
    var key: UInt64
    var entry: CorrelationEntry
    /// The first of its rules that matched.
    var slot: Int
  }

  /// One request is one event of a group, however many of the correlation's rules matched it; each
  /// window that a correlation below found is an event of its own, at the time the window ends.
  private mutating func inputs(
    of index: Int, _ event: CorrelationEvent, _ matched: UInt16, _ found: [[Int64]]
  ) -> [Input] {
    let type = plan.correlations[index].window.type
    var requests: [Input] = []
    var windows: [Input] = []
    for (slot, part) in plan.correlations[index].slots.enumerated() {
      var times: [Int64] = []
      switch part.source {
      case .rule:
        if matched & (1 << UInt16(slot)) != 0 { times = [event.time.microseconds] }
      case .correlation(let child): times = found[child]
      }
      guard !times.isEmpty else { continue }
      guard let key = Self.key(part.group, event) else {
        groups[index].countUngrouped()
        continue
      }
      let value = part.value.flatMap { event.values[$0] }
      let measured = type.readsNumber ? value?.number.map(UInt64.init) : value?.key
      for time in times {
        let entry = CorrelationEntry(time: time, slots: 1 << UInt16(slot), value: measured)
        let input = Input(key: key, entry: entry, slot: slot)
        guard case .rule = part.source else {
          windows.append(input)
          continue
        }
        let same = requests.firstIndex {
          $0.key == key && $0.entry.value == entry.value && $0.entry.hasValue == entry.hasValue
        }
        if let same { requests[same].entry.slots |= entry.slots } else { requests.append(input) }
      }
    }
    return requests + windows
  }

  /// Nil when the event lacks one of the fields.
  private static func key(_ fields: [Int], _ event: CorrelationEvent) -> UInt64? {
    var key = StableHash()
    for field in fields {
      guard let value = event.values[field] else { return nil }
      key.combine(value.key)
    }
    return key.value
  }

  private mutating func take(
    _ input: Input, _ event: CorrelationEvent, _ index: Int
  ) -> [CorrelationFinding] {
    let correlation = plan.correlations[index]
    let part = correlation.slots[input.slot]
    return groups[index].take(
      input.entry, key: input.key, texts: Self.texts(part, event),
      sample: CorrelationSample(
        time: Timestamp(microseconds: input.entry.time), slot: input.slot,
        text: Self.line(event, correlation, part)))
  }

  private static func texts(
    _ part: CompiledCorrelation.Slot, _ event: CorrelationEvent
  ) -> [String] {
    part.group.map { event.values[$0]?.text ?? "" }
  }

  /// The request, and the value that counts.
  private static func line(
    _ event: CorrelationEvent, _ correlation: CompiledCorrelation, _ part: CompiledCorrelation.Slot
  ) -> String {
    guard let field = correlation.correlation.field?.text else { return event.text }
    let value = part.value.flatMap { event.values[$0]?.text } ?? "none"
    return "\(event.text) (\(field): \(value))"
  }

  private func match(
    _ finding: CorrelationFinding, _ input: Input, _ event: CorrelationEvent, _ index: Int
  ) -> CorrelationMatch? {
    guard let group = groups[index].group(input.key) else { return nil }
    let correlation = plan.correlations[index]
    let names = correlation.correlation.groupBy.map(\.text)
    let time = Timestamp(microseconds: finding.time)
    let first = Timestamp(microseconds: finding.first)
    return CorrelationMatch(
      correlation: index, time: time, first: first,
      group: zip(names, group.texts).map { .init(field: $0, text: $1) },
      caller: names.contains("caller") ? event.caller : nil,
      events: finding.events, measure: finding.value, isAtLeast: finding.isAtLeast,
      samples: group.samples.filter { $0.time >= first && $0.time <= time }
        .sorted { $0.time < $1.time })
  }
}
