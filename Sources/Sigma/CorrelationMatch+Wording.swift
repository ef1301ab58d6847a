internal import MeshModel

extension CorrelationMatch {
  /// What came true, of whom, when, and some of the events: a line each.
  package func explanation(_ plan: CorrelationPlan) -> [String] {
    let compiled = plan.correlations[correlation]
    let place = compiled.correlation.place
    var lines = [
      "\(compiled.correlation.title): \(measured(compiled)) in"
        + " \(compiled.correlation.timespanSeconds.spanText), asked for is"
        + " \(compiled.correlation.condition.text)"
    ]
    if !group.isEmpty {
      lines.append("group: " + group.map { "\($0.field) \($0.text)" }.joined(separator: ", "))
    }
    lines.append("from \(first.rfc3339) to \(time.rfc3339)")
    for sample in samples {
      lines.append(
        "\(sample.time.rfc3339) \(sample.text) [\(compiled.slots[sample.slot].title)]")
    }
    if events > samples.count {
      lines.append("and \(isAtLeast ? "at least " : "")\(events - samples.count) more")
    }
    lines.append("correlation \(compiled.correlation.id) at \(place.file):\(place.line)")
    return lines
  }

  private func measured(_ compiled: CompiledCorrelation) -> String {
    let prefix = isAtLeast ? "at least " : ""
    let number = measure.shortText
    let field = compiled.correlation.field?.text ?? ""
    let rules = compiled.slots.count
    switch compiled.window.type {
    case .eventCount: return "\(prefix)\(number) \(events == 1 ? "event" : "events")"
    case .valueCount: return "\(prefix)\(number) distinct values of \(field)"
    case .temporal: return "\(number) of \(rules) rules matched"
    case .temporalOrdered: return "\(number) of \(rules) rules matched in their order"
    case .valueSum: return "\(prefix)\(number) in sum of \(field)"
    case .valueAverage: return "\(number) on average of \(field)"
    case .valuePercentile:
      return "\(number) as percentile \(compiled.window.percent) of \(field)"
    }
  }
}

extension Int64 {
  /// Seconds in the largest unit that leaves no rest, as a timespan is written.
  fileprivate var spanText: String {
    for (unit, seconds) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)]
    where self % seconds == 0 {
      return "\(self / seconds)\(unit)"
    }
    return "\(self)s"
  }
}
