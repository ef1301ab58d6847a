internal import Access
internal import ControlViews
internal import Foundation
internal import MeshModel
internal import Testing

/// docs/openapi.json says what there is: no more, no less.
struct DocumentTests {
  @Test(
    "the document has every operation of the table, with its name and its least role, and no other")
  func table() throws {
    let operations = try SchemaCheck().operations
    let table = Dictionary(
      uniqueKeysWithValues: Access.Operation.allCases.map {
        ("\($0.method.rawValue) \($0.path)", $0)
      })
    #expect(operations.keys.sorted() == table.keys.sorted())
    for (name, operation) in table {
      #expect(operations[name]?["operationId"] as? String == operation.id)
      #expect(operations[name]?["x-flyball-role"] as? String == operation.leastRole.rawValue)
    }
  }

  @Test("every answer may be refused for who asks, how often and how, and says so as a problem")
  func refusals() throws {
    let check = try SchemaCheck()
    for name in check.operations.keys.sorted() {
      for status in [400, 401, 403, 421, 429, 500] {
        #expect(
          check.answer(name, status)?.type == "application/problem+json", "\(name) \(status)")
      }
    }
  }

  @Test("every view has the fields that the document has, each of its type")
  func views() throws {
    let check = try SchemaCheck()
    let rule = MatchedRule(
      id: "1", name: "n", title: "t", author: "a", license: "l", references: ["r"], level: .high,
      tags: ["attack.t1"], matched: "GET /")
    let at = "2026-01-02T03:04:05.000000Z"
    let proxy = ActionView.Proxy(
      proxy: "p", accepted: at, rejected: "r", readback: true, probe: "denied", incapacity: "i",
      firstStopped: at, served: at, subscribed: true, attached: false)
    let event = ActionView.Event(at: at, microseconds: 1, event: "e", detail: "d")
    let action = ActionView(
      id: "fb-000000000001", subject: "s", policy: "p", state: "holding", stage: "quarantine",
      detector: "rule", rule: rule, proposedAt: at, notAfter: at, verdict: "v", reason: "r",
      fingerprint: "f", approvedBy: ["a"], revertedBy: "b", relapses: 1, comparedCalls: 2,
      proxies: [proxy], events: [event])
    let evidence = AlertView.Evidence(
      feature: "rate", shown: 1, total: 2, allowed: 0.1, seconds: 3)
    let alert = AlertView(
      id: "fb-000000000001", at: at, microseconds: 1, onset: at, subject: "s", detector: "rule",
      rule: rule, policy: "p", score: 0.9, corroborated: 0.8, failures: 1, total: 2,
      destinations: ["d"], witnesses: ["w"], evidence: [evidence], intervalSeconds: 60,
      trafficShare: 0.1, measure: "quarantine", state: "refused", reason: "r")
    let node = NodeView(
      node: "n", principal: "p", attached: true, reporting: true, gateway: false, logStreams: 1,
      dropped: 2, lossy: false, version: "1.40.0", incapacities: ["a": "b"], filters: ["a": "b"])
    let run = SelfTestView.Run(
      action: "a", began: at, seconds: 1, outcome: "passed", stage: "s", text: "t", remedy: "r",
      stages: [.init(stage: "s", seconds: 1)])
    let status = StatusView(
      paused: false, unsafe: "u", historyWritable: true, openActions: 1, policies: ["p"],
      load: "normal", microseconds: 1,
      daemon: DaemonView(processID: 1, history: "h", listens: ["l"]),
      selfTest: SelfTestView(
        everySeconds: 1, running: "r", due: at, heldBack: "h", last: run, lastPassed: at,
        lastPassedMicroseconds: 1), impersonated: false)
    let call = ServiceView.Call(
      peer: "p", requestsPerSecond: 1, failedShare: 0.1, deniedShare: 0.2)
    let measure = ServiceView.Measure(action: "a", stage: "s", state: "t")
    let service = ServiceView(
      identity: "i", namespace: "n", gateway: false, proxies: 1, attached: 1, reporting: 1,
      requestsPerSecond: 1, failedShare: 0, deniedShare: 0, mtlsShare: 1, callers: [call],
      callersLeftOut: 0, callees: [call], calleesLeftOut: 0, measures: [measure])
    let score = ScoreView(
      subject: "s", namespace: "n", score: 0.5,
      levels: [.init(detector: "d", score: 0.5, threshold: 0.9)],
      warmUp: .init(isCold: false, version: 2, learnedMinutes: 3, learnedRequests: 4),
      evidence: [evidence], series: [.init(microseconds: 1, score: 0.5)], measures: [measure])
    let shown = RuleView(
      name: "n", id: "i", title: "t", kind: "proxy", level: "high", author: "a", license: "l",
      tags: ["t"], file: "f", hidden: false, matches: 1, lastMatch: at)
    let policy = PolicyView(
      name: "n", mode: "enforce", file: "f", digest: "d", matches: ["m"], steps: ["s"],
      ttlSeconds: 1, maxActive: 2, openActions: ["a"])
    let record = HistoryView(
      record: 1, at: at, microseconds: 1, action: "a", event: "e", detail: "d", intent: true)
    var order = OrderBody(subject: "s", action: "throttle", seconds: 1, reason: "r")
    (order.rate, order.burst, order.cluster) = (1, 2, "c")
    var problem = Problem.invalid("d", [.init(at: "a", detail: "d")])
    problem.detail = "d"
    let views: [(String, any Encodable)] = [
      ("ActionList", ActionList(actions: [action], next: "n")),
      ("AlertList", AlertList(alerts: [alert], next: "n")),
      ("NodeList", NodeList(nodes: [node], next: "n")), ("Status", status),
      ("ServiceList", ServiceList(at: at, services: [service], next: "n")),
      ("ScoreList", ScoreList(at: at, scores: [score], next: "n")),
      ("RuleList", RuleList(rules: [shown], next: "n")),
      ("PolicyList", PolicyList(policies: [policy], next: "n")),
      ("HistoryList", HistoryList(records: [record], next: "n")),
      (
        "Whoami",
        WhoamiView(
          name: "n", via: "v", grants: [.init(role: "viewer", namespaces: ["n"])],
          operations: ["o"])
      ),
      ("Order", order), ("Extension", ExtendBody(seconds: 1, reason: "r")), ("Problem", problem),
    ]
    var seen: Set<String> = []
    for (name, view) in views {
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(view))
      let schema = try #require(check.schemas[name])
      #expect(check.findings(json, schema) == [], "\(name)")
      // All that is optional is set, so nothing of the document may be missing.
      #expect(check.missing(json, schema) == [], "\(name)")
      check.note(json, schema, &seen)
    }
    let all = Set(check.schemas.keys).subtracting(views.map(\.0))
    #expect(all.subtracting(seen) == [], "schemas that nothing shows")
  }
}

extension SchemaCheck {
  /// Properties of the document that a value does not have.
  fileprivate func missing(_ value: Any, _ schema: [String: Any], at place: String = "$")
    -> [String]
  {
    let schema = followed(schema)
    if let items = value as? [Any] {
      let item = schema["items"] as? [String: Any] ?? [:]
      return items.flatMap { missing($0, item, at: place + "[]") }
    }
    guard let fields = value as? [String: Any],
      let properties = schema["properties"] as? [String: [String: Any]]
    else { return [] }
    return properties.flatMap { name, property in
      fields[name].map { missing($0, property, at: "\(place).\(name)") }
        ?? ["\(place).\(name)"]
    }
  }

  /// Notes the names of the schemas that a value went through.
  fileprivate func note(_ value: Any, _ schema: [String: Any], _ seen: inout Set<String>) {
    if let reference = schema["$ref"] as? String {
      seen.insert(String(reference.split(separator: "/").last ?? ""))
    }
    let schema = followed(schema)
    if let items = value as? [Any] {
      for item in items { note(item, schema["items"] as? [String: Any] ?? [:], &seen) }
    }
    for (name, field) in value as? [String: Any] ?? [:] {
      if let property = (schema["properties"] as? [String: [String: Any]])?[name] {
        note(field, property, &seen)
      }
    }
  }

  private func followed(_ schema: [String: Any]) -> [String: Any] {
    guard let reference = schema["$ref"] as? String else { return schema }
    return schemas[String(reference.split(separator: "/").last ?? "")] ?? [:]
  }
}
