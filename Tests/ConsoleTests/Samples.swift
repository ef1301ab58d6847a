internal import Foundation

@testable internal import Console
internal import ControlViews
internal import MeshModel

/// What the pages show in tests: a shop of seven services, one of them compromised. `text` is applied
/// to everything that comes from outside, so that the same pages can be filled by somebody hostile.
struct Samples {
  var text: @Sendable (String) -> String = { $0 }

  static let now = Timestamp(seconds: 1_795_335_180)  // 2026-11-22 08:13:00 UTC
  static let services = [
    "catalog", "frontend", "ingress", "orders", "payments", "reports", "users",
  ]

  static func identity(_ name: String) -> String { "spiffe://shop.demo/ns/shop/sa/\(name)" }
  static func time(_ secondsAgo: Double) -> Timestamp {
    now.adding(milliseconds: Int64(-secondsAgo * 1000))
  }

  func visit(
    role: String = "operator", notice: Visit.Notice? = nil, warnings: [Visit.Warning] = []
  ) -> Visit {
    Visit(
      at: Self.now,
      user: .init(name: text("alice"), role: role, formToken: "70ken", canLogOut: true),
      warnings: warnings, waiting: 1, notice: notice)
  }

  /// Applies `text` to every string of a view.
  func filled<View: Codable>(_ view: View) throws -> View {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(view))
    let data = try JSONSerialization.data(withJSONObject: replaced(object))
    return try JSONDecoder().decode(View.self, from: data)
  }

  private func replaced(_ value: Any) -> Any {
    switch value {
    // A level is one of five words wherever it comes from.
    case let string as String where SigmaLevel(rawValue: string) == nil: text(string)
    case let list as [Any]: list.map(replaced)
    case let object as [String: Any]: object.mapValues(replaced)
    default: value
    }
  }

  func proxies(isProved: Bool) -> [ActionView.Proxy] {
    ["catalog", "frontend", "orders", "payments", "reports", "users"].enumerated().map {
      index, name in
      ActionView.Proxy(
        proxy: name, accepted: isProved || index < 4 ? Self.time(96.9).rfc3339 : nil,
        rejected: !isProved && index == 5 ? "no such extension: envoy.filters.http.rbac" : nil,
        readback: isProved ? true : nil, probe: isProved && index != 4 ? "denied" : nil,
        incapacity: nil, firstStopped: isProved && index == 4 ? Self.time(96.85).rfc3339 : nil,
        served: nil, subscribed: true, attached: index != 5 || isProved)
    }
  }

  func event(_ secondsAgo: Double, _ event: String, _ detail: String) -> ActionView.Event {
    let at = Self.time(secondsAgo)
    return ActionView.Event(
      at: at.rfc3339, microseconds: at.microseconds, event: event, detail: detail)
  }

  /// In force, proved everywhere.
  func live() throws -> ActionFile {
    var events = [
      event(
        97, "intent", "quarantine: 9 of 9 first contacts failed at catalog, orders; score 0.9999"),
      event(96.99, "applied", "quarantine sent for 6 proxies, until 2026-11-22T08:26:23Z"),
    ]
    for name in ["orders", "payments", "catalog", "users", "frontend", "reports"] {
      events.append(event(96.97, "accepted", "\(name) accepted it"))
    }
    events += [
      event(96.97, "verifying", "accepted by all 6 proxies"),
      event(96.94, "behaviour", "reports stopped a request in its name"),
      event(96.94, "effective", "6 of 6 proxies accepted it and its effect was seen"),
      event(96.7, "readback", "reports holds it"),
    ]
    let view = ActionView(
      id: "fb-abe2c16a31d4", subject: Self.identity("reports"), policy: "lateral-movement",
      state: "holding", stage: "quarantine", detector: "lateral-movement", rule: nil,
      indicator: nil, proposedAt: Self.time(97).rfc3339, notAfter: Self.time(-803).rfc3339,
      verdict: "effective",
      reason: nil, fingerprint: nil, approvedBy: [], revertedBy: nil, relapses: 1,
      comparedCalls: 12, proxies: proxies(isProved: true), events: events)
    return ActionFile(
      view: try filled(view), proposedAt: Self.time(97), notAfter: Self.time(-803),
      isShadow: false, isOpen: true, approval: nil,
      finding: finding(
        "9 of 9 first contacts failed at catalog, orders, payments, users; score 0.9999, by two "
          + "witnesses 0.9961 (5 reporters)", score: 0.99992, corroborated: 0.9961, ago: 97),
      stoppedShare: 0.019,
      objects: [
        .init(
          name: text("flyball.rbac"),
          text: text("{\n  \"rules\": {\n    \"action\": \"DENY\",\n    \"policies\": {}\n  }\n}"))
      ],
      neighbours: neighbours(), orders: [.revert, .extend])
  }

  /// Waits for a person, found by a rule.
  func waiting() throws -> ActionFile {
    let rule = MatchedRule(
      id: "c1e8a5a1-0d6c-4b7e-9f43-2b1d6a1c8e11", name: "credential-stuffing",
      title: "Many failed logins by one caller", author: "Flyball authors", license: "Apache-2.0",
      references: ["https://attack.mitre.org/techniques/T1110/004/", "javascript:alert(1)"],
      level: .high, tags: ["attack.credential-access", "attack.t1110.004"],
      matched: "POST /login?user=admin")
    let view = ActionView(
      id: "fb-2f6f11d00b9a", subject: Self.identity("frontend"), policy: "credential-stuffing",
      state: "awaiting-approval", stage: "quarantine", detector: "rule", rule: rule,
      indicator: nil, proposedAt: Self.time(143).rfc3339, notAfter: Self.time(-757).rfc3339,
      verdict: nil,
      reason: nil, fingerprint: "9d5ed678fe57bcca", approvedBy: ["bob"], revertedBy: nil,
      relapses: 0, comparedCalls: 0, proxies: [],
      events: [
        event(143, "proposed", "quarantine, waits for 2 approvals"),
        event(60, "approved", "by bob (oidc), 1 of 2"),
      ])
    return ActionFile(
      view: try filled(view), proposedAt: Self.time(143), notAfter: Self.time(-757),
      isShadow: false, isOpen: true,
      approval: .init(until: Self.time(-457), needed: 2),
      finding: finding(
        "rule 'Many failed logins by one caller' matched 214 requests to users; score 0.95, seen "
          + "by 2 reporters", score: 0.95, corroborated: 0.95, ago: 145, share: 0.183),
      orders: [.approve, .reject])
  }

  /// Over, and back at the baseline.
  func released() throws -> ActionFile {
    let view = ActionView(
      id: "fb-019661ff5e42", subject: Self.identity("reports"), policy: "listed",
      state: "released", stage: "none", detector: "indicator", rule: nil,
      indicator: Self.indicator, proposedAt: Self.time(4000).rfc3339,
      notAfter: Self.time(3100).rfc3339,
      verdict: "effective", reason: nil, fingerprint: nil, approvedBy: [],
      revertedBy: nil, relapses: 0, comparedCalls: 4, proxies: proxies(isProved: true),
      events: [
        event(4000, "intent", "quarantine: domain 'evil.test' of feed 'cti' met by 2 requests"),
        event(3999.98, "applied", "quarantine sent for 6 proxies"),
        event(3999.97, "accepted", "orders accepted it"),
        event(3999.95, "behaviour", "reports stopped a request in its name"),
        event(3996, "releasing", "quarantine to throttle: the score stayed low"),
        event(3995.9, "accepted", "orders accepted it"),
        event(3995.3, "stepped-down", "throttle in force; its traffic flows"),
        event(3991, "releasing", "throttle to nothing, to end as released"),
        event(3990.7, "released", "baseline at 6 proxies; its traffic flows"),
      ])
    return ActionFile(
      view: try filled(view), proposedAt: Self.time(4000), notAfter: Self.time(3100),
      isShadow: false, isOpen: false, approval: nil,
      finding: finding(
        "domain 'evil.test' of feed 'cti' met by 2 requests", score: 0.899, corroborated: 0.899,
        ago: 4000))
  }

  static let indicator = IndicatorView(
    feed: "cti", entry: "indicator--6f1b2c1e-9a0f-4b1e-8f1d-0c9d5a7e3b21", kind: "domain",
    value: "*.evil.test", confidence: 90, since: "2026-11-01T00:00:00Z",
    until: "2026-12-01T00:00:00Z", link: "https://cti.example/evil")

  private func finding(
    _ reason: String, score: Double, corroborated: Double, ago: Double, share: Double? = 0.021
  ) -> ActionFile.Finding {
    ActionFile.Finding(
      at: Self.time(ago), onset: Self.time(ago + 0.08), score: score, corroborated: corroborated,
      reason: text(reason), destinations: ["catalog", "orders", "payments", "users"].map(text),
      witnesses: ["catalog", "orders"].map { text(Self.identity($0)) }, trafficShare: share)
  }

  func neighbours() -> [Neighbour] {
    ["frontend", "ingress"].map { name in
      Neighbour(
        caller: text(Self.identity(name)), before: RequestTally(failed: 1, total: 640),
        since: RequestTally(failed: 2, total: 2151), isHarmed: false)
    }
  }

  func nodes() throws -> [NodeView] {
    try Self.services.map { name in
      try filled(
        NodeView(
          node: name, principal: Self.identity(name), attached: name != "users",
          reporting: name != "users", gateway: name == "ingress",
          logStreams: name == "users" ? 0 : 1,
          dropped: name == "orders" ? 1204 : 0, lossy: name == "orders", version: "1.40.0",
          incapacities: name == "catalog"
            ? ["reroute": "Envoy 1.30 knows no dynamic metadata"] : [:],
          filters: [
            "flyball.rbac": "accepted", "flyball.route": "accepted",
            "flyball.throttle": name == "payments" ? "rejected: unknown field 'burst'" : "accepted",
          ]))
    }
  }

  func healthyNodes() throws -> [NodeView] {
    try nodes().map { node in
      var node = node
      node.attached = true
      node.reporting = true
      node.lossy = false
      return node
    }
  }

  func status(isPaused: Bool = false) throws -> StatusView {
    let status = StatusView(
      paused: isPaused, unsafe: nil, historyWritable: true, openActions: 2,
      policies: ["lateral-movement", "credential-stuffing", "clients"], load: "normal",
      microseconds: Self.now.microseconds,
      daemon: DaemonView(processID: 4711, history: "/var/lib/flyball/history.db", listens: []),
      selfTest: SelfTestView(
        everySeconds: 3600, running: nil, due: Self.time(-1200).rfc3339, heldBack: nil,
        last: .init(
          action: "fb-2ef76bb986c3", began: Self.time(2400).rfc3339, seconds: 6.818,
          outcome: "passed", stage: nil, text: "passed", remedy: nil, stages: []),
        lastPassed: Self.time(2400).rfc3339,
        lastPassedMicroseconds: Self.time(2400).microseconds), impersonated: false,
      feeds: [Self.feed("scanners", 48_211, secondsAgo: 600, nil)])
    var filled = try filled(status)
    filled.load = "normal"
    return filled
  }

  private static func feed(
    _ name: String, _ count: Int, secondsAgo: Double?, _ refusal: String?
  ) -> FeedView {
    let confirmed = secondsAgo.map { time($0) }
    return FeedView(
      name: name, indicators: count, refused: 12, confirmed: confirmed?.rfc3339,
      confirmedMicroseconds: confirmed?.microseconds, everySeconds: 3_600, failures: 2,
      refusal: refusal, remedy: refusal.map { _ in "ask who runs it" })
  }

  func busy() throws -> NowView {
    var status = try status()
    status.feeds? += try [
      Self.feed("partners", 48_211, secondsAgo: 600, "shrunk from 48211 to 3 entries"),
      Self.feed("own", 12, secondsAgo: 86_400, nil), Self.feed("new", 0, secondsAgo: nil, nil),
      Self.feed("gone", 0, secondsAgo: nil, "it cannot be reached: no route"),
    ].map(filled)
    return NowView(
      status: status, waiting: [try waiting()], live: [try live()],
      closed: [try released()], nodes: try nodes(),
      ingest: .init(received: 1_204_331, scored: 1_204_120, rejected: 3, shed: 208, waiting: 0),
      receivers: [
        .init(name: "alerts", waiting: 0, told: 812, failed: 0, silenced: 0, dead: 0),
        .init(name: "chat", waiting: 3, told: 790, failed: 12, silenced: 7, dead: 2),
      ],
      orders: [.pause])
  }

  func quiet() throws -> NowView {
    NowView(
      status: try status(), waiting: [], live: [], closed: [try released()],
      nodes: try healthyNodes(),
      ingest: .init(received: 1_204_331, scored: 1_204_331, rejected: 0, shed: 0, waiting: 0),
      receivers: [],
      orders: [.pause, .revertAll])
  }
}
