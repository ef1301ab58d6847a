import Foundation
import MeshModel

@testable import Sigma

/// A drawn correlation, perhaps on top of another, and requests for it.
struct CorrelationCase {
  private(set) var text: String
  private(set) var requests: [CorrelatedRequest] = []
  private static let rules = 3
  private static let span = 140

  init(_ random: inout SeededRandom) {
    let isChain = Int.random(in: 0..<4, using: &random) == 0
    let child = Self.correlation("child", ["rule_0", "rule_1"], isChild: true, &random)
    let names =
      isChain
      ? Self.pick([["child", "rule_2"], ["rule_2", "child"], ["child"]], &random)
      : Self.pick([["rule_0"], ["rule_0", "rule_1"], ["rule_2", "rule_0", "rule_1"]], &random)
    let root = Self.correlation("root", names, isChild: false, isOnTop: isChain, &random)
    text = isChain ? child.text + "---\n" + root.text : root.text
    requests = Self.requests(isInOrder: !root.growsOnly, &random)
  }

  /// For `pysigma_correlations.py`.
  var json: [String: Any] {
    let base = (0..<Self.rules).map { number in
      """
      title: Rule \(number)
      name: rule_\(number)
      logsource: {category: webserver}
      detection: {selection: {matched\(number): 1}, condition: selection}
      ---

      """
    }
    let columns = [
      "time", "matched0", "matched1", "matched2", "caller", "c-ip", "cs-username", "cs-host",
      "sc-status", "sc-bytes",
    ]
    let rows = requests.map { request -> [Any] in
      [Int(request.seconds)] + (0..<Self.rules).map { request.rules.contains($0) ? 1 : 0 }
        + [
          request.caller, null(request.request.clientAddress), null(request.request.userName),
          null(request.request.authority),
          request.request.status == 0 ? NSNull() : Int(request.request.status),
          Int(request.request.responseBytes),
        ]
    }
    return ["rules": base.joined() + text, "columns": columns, "rows": rows]
  }

  /// What the windows here find of the last correlation.
  func windows() throws -> Set<FoundWindow> {
    // One on top hears of all that is found, whatever is reported.
    let listener = """
      ---
      title: Listener
      correlation:
        {type: event_count, rules: [root], timespan: 1s, condition: {gte: 10000}}

      """
    let plan = try CorrelationCases.plan(text + listener, rules: Self.rules)
    var found: Set<FoundWindow> = []
    var windows = CorrelationWindows(plan)
    for request in requests {
      guard let event = try request.event(plan) else { continue }
      _ = windows.take(event) { index, texts, finding in
        let correlation = plan.correlations[index].correlation
        guard correlation.name == "root" else { return }
        let group = zip(correlation.groupBy.map(\.text), texts.map { $0.lowercased() })
        found.insert(
          FoundWindow(
            end: finding.time / 1_000_000, group: Dictionary(uniqueKeysWithValues: group)))
      }
    }
    return found
  }

  private func null(_ text: String) -> Any { text.isEmpty ? NSNull() : text }

  private static func pick<Value>(_ values: [Value], _ random: inout SeededRandom) -> Value {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private static func correlation(
    _ name: String, _ rules: [String], isChild: Bool, isOnTop: Bool = false,
    _ random: inout SeededRandom
  ) -> (text: String, growsOnly: Bool) {
    let types =
      isOnTop
      ? [CorrelationType.eventCount, .temporal, .temporalOrdered]
      : CorrelationType.allCases.filter { !isChild || $0.growsWithEvents }
    let type = pick(types, &random)
    let isTemporal = type == .temporal || type == .temporalOrdered
    let growsOnly = isChild || isOnTop || Bool.random(using: &random)
    var comparison =
      growsOnly ? pick(["gt", "gte"], &random) : pick(["lt", "lte", "eq", "neq"], &random)
    var number = Int.random(in: 1...(isTemporal ? rules.count : 6), using: &random)
    if isTemporal, comparison == "gt" || type == .temporalOrdered { comparison = "gte" }
    if comparison == "lt" { number += 1 }
    if isTemporal { number = min(number, rules.count) }
    // A count of something in a window of one event is at least 1.
    if isTemporal, comparison == "lt", number < 2 { comparison = "lte" }
    if isTemporal, comparison == "neq", rules.count == 1 { comparison = "eq" }
    var condition = ["\(comparison): \(number)"]
    switch type {
    case .valueCount: condition.append("field: \(pick(["c-ip", "cs-username"], &random))")
    case .valueSum, .valueAverage, .valuePercentile:
      condition = ["\(comparison): \(number * 150)"]
      condition.append("field: \(pick(["sc-bytes", "sc-status"], &random))")
      if type == .valuePercentile {
        condition.append("percentile: \(Int.random(in: 0...100, using: &random))")
      }
    case .eventCount, .temporal, .temporalOrdered: break
    }
    let groups: [[String]] =
      isChild
      ? [["caller", "cs-username"]]
      : isOnTop
        ? [[], ["caller"], ["cs-username"], ["caller", "cs-username"]]
        : [[], ["caller"], ["cs-username"], ["c-ip", "cs-username"], ["who"]]
    let group = pick(groups, &random)
    var text = """
      title: \(name)
      name: \(name)
      correlation:
        type: \(type.rawValue)
        rules: [\(rules.joined(separator: ", "))]
        timespan: \(Int.random(in: 1...30, using: &random))s
        condition: {\(condition.joined(separator: ", "))}

      """
    if !group.isEmpty { text += "  group-by: [\(group.joined(separator: ", "))]\n" }
    if group == ["who"] {
      let fields = rules.map { "\($0): \(pick(["cs-username", "cs-host"], &random))" }
      text += "  aliases: {who: {\(fields.joined(separator: ", "))}}\n"
    }
    return (text, growsOnly && type.growsWithEvents)
  }

  /// Within the time that events may be late; several at one time only where that is of no matter.
  private static func requests(
    isInOrder: Bool, _ random: inout SeededRandom
  ) -> [CorrelatedRequest] {
    var times = Array(0..<span)
    times.shuffle(using: &random)
    var seconds = Array(times.prefix(45))
    if isInOrder { seconds.sort() } else { seconds += seconds.prefix(10) }
    return seconds.map { second in
      var request = Request()
      request.clientAddress = pick(["", "192.0.2.1", "192.0.2.2", "192.0.2.3"], &random)
      request.userName = pick(["", "ann", "Ann", "bob", "carl"], &random)
      request.authority = pick(["", "ann", "BOB"], &random)
      request.status = pick([0, 100, 200, 404], &random)
      request.responseBytes = UInt32(Int.random(in: 0...900, using: &random))
      let rules = (0..<Self.rules).filter { _ in Int.random(in: 0..<2, using: &random) == 0 }
      return CorrelatedRequest(
        seconds: Int64(second), rules: rules,
        caller: "spiffe://mesh/ns/shop/sa/\(pick(["a", "b"], &random))", request: request)
    }
  }
}
