@testable internal import Console
internal import ControlViews
internal import MeshModel

extension Samples {
  private func call(_ peer: String, _ rate: Double, failed: Double = 0, denied: Double = 0)
    -> ServiceView.Call
  {
    ServiceView.Call(
      peer: Self.identity(peer), requestsPerSecond: rate, failedShare: failed, deniedShare: denied)
  }

  private func service(
    _ name: String, _ rate: Double, mutual: Double? = 1, _ callees: [ServiceView.Call],
    measures: [ServiceView.Measure] = []
  ) throws -> ServiceView {
    try filled(
      ServiceView(
        identity: Self.identity(name), namespace: "shop", gateway: name == "ingress", proxies: 1,
        attached: 1, reporting: 1, requestsPerSecond: rate, failedShare: 0, deniedShare: 0,
        mtlsShare: mutual, callers: [], callersLeftOut: 0, callees: callees, calleesLeftOut: 0,
        measures: measures))
  }

  func graph() throws -> MeshGraph {
    MeshGraph([
      try service("ingress", 214, mutual: nil, [call("frontend", 214, failed: 0.001)]),
      try service(
        "frontend", 214,
        [
          call("catalog", 320), call("orders", 41), call("users", 88.5, failed: 0.021),
        ]),
      try service("catalog", 332, []),
      try service(
        "orders", 48, mutual: 0.93, [call("payments", 38, failed: 0.071), call("users", 40)]),
      try service("payments", 42, [call("orders", 0.4)]),
      try service("users", 131, []),
      try service(
        "reports", 0,
        [
          call("catalog", 12, denied: 0.98), call("orders", 6.8, denied: 0.99),
          call("payments", 3.9, denied: 1), call("users", 2.2, denied: 1),
        ],
        measures: [.init(action: "fb-abe2c16a31d4", stage: "quarantine", state: "holding")]),
    ])
  }

  private func score(_ name: String, _ score: Double, isCold: Bool = false) throws -> ScoreView {
    let course: [(Double, Double)] = [
      (590, 0.02), (420, 0.11), (300, 0.08), (180, 0.31), (120, 0.42), (99, 0.94), (98, 0.992),
      (97, 0.9999), (80, 0.9999), (50, 0.9991), (20, 0.996), (5, 0.97),
    ]
    return try filled(
      ScoreView(
        subject: Self.identity(name), namespace: "shop", score: score,
        levels: [
          .init(detector: "lateral-movement", score: score, threshold: 0.99),
          .init(detector: "auth-failures", score: 0.1, threshold: nil),
        ],
        warmUp: .init(
          isCold: isCold, version: isCold ? 0 : 2, learnedMinutes: isCold ? 12 : 4000,
          learnedRequests: 1000),
        evidence: [
          .init(feature: "new-destination", shown: 9, total: 9, allowed: 0.0001, seconds: 1e9),
          .init(feature: "client-error", shown: 41, total: 60, allowed: 0.012, seconds: 1e6),
        ],
        series: course.map { .init(microseconds: Self.time($0.0).microseconds, score: $0.1) },
        measures: name == "reports"
          ? [.init(action: "fb-abe2c16a31d4", stage: "quarantine", state: "holding")] : []))
  }

  func scores() throws -> ScorePage {
    ScorePage(
      scores: [
        try score("reports", 0.9999), try score("frontend", 0.95),
        try score("users", 0.31, isCold: true),
      ],
      chosen: .init(
        view: try score("reports", 0.9999),
        markers: [
          .init(
            at: Self.time(97), text: text("quarantine in force"), action: text("fb-abe2c16a31d4")),
          .init(
            at: Self.time(30), text: text("quarantine to throttle"), action: text("fb-abe2c16a31d4")
          ),
        ], neighbours: neighbours(), mayOrder: true))
  }

  func actions() throws -> ActionPage {
    ActionPage(
      actions: [try waiting(), try live(), try released()],
      filter: .init(state: "", subject: text("")), next: text("1795335180000000.fb-019661ff5e42"),
      mayOrder: true)
  }

  func rules() throws -> [RuleRow] {
    [
      RuleRow(
        rule: try filled(
          RuleView(
            name: "path-traversal", id: "0d1c", title: "Path traversal in a request",
            kind: "webserver", level: "high", author: "Flyball authors", license: "Apache-2.0",
            tags: ["attack.t1190"], file: "rules/sigma/path-traversal.yml", hidden: false,
            matches: 0, lastMatch: nil)), enforced: 0, shadowed: 0),
      RuleRow(
        rule: try filled(
          RuleView(
            name: "credential-stuffing", id: "c1e8", title: "Many failed logins by one caller",
            kind: "correlation", level: "high", author: nil, license: nil,
            tags: ["attack.t1110.004"], file: "rules/sigma/credential-stuffing.yml", hidden: true,
            matches: 214, lastMatch: Self.time(145).rfc3339)), enforced: 1, shadowed: 12),
    ]
  }

  func audit() throws -> AuditPage {
    let lines = try live().view.events ?? []
    return AuditPage(
      lines: try lines.enumerated().reversed().map { index, event in
        try filled(
          HistoryView(
            record: Int64(4200 + index), at: event.at, microseconds: event.microseconds,
            action: "fb-abe2c16a31d4", event: event.event, detail: event.detail,
            intent: index == 0))
      }, filter: .init(action: text(""), event: ""), next: text("4199"),
      chain: .init(records: 4211, signed: 4211, exported: 4190, problem: nil))
  }

  func alerts() throws -> AlertPage {
    let rule = MatchedRule(
      id: "c1e8", name: "credential-stuffing", title: "Many failed logins by one caller",
      author: nil, license: nil, references: [], level: .high, tags: [],
      matched: "POST /login?user=admin")
    let alert = {
      (id: String, subject: String, rule: MatchedRule?, state: String, reason: String?) in
      try filled(
        AlertView(
          id: id, at: Self.time(97).rfc3339, microseconds: Self.time(97).microseconds,
          onset: Self.time(98).rfc3339, subject: Self.identity(subject),
          detector: rule == nil ? "indicator" : "rule",
          found: "9 of 9 first contacts failed at catalog, orders; score 0.9999", rule: rule,
          indicator: rule == nil ? Self.indicator : nil, policy: "lateral-movement",
          score: 0.99992, corroborated: 0.9961, failures: 9, total: 9,
          destinations: ["catalog"], witnesses: ["catalog", "orders"], evidence: [],
          intervalSeconds: nil, trafficShare: 0.02, measure: "quarantine", state: state,
          reason: reason))
    }
    return AlertPage(
      alerts: [
        try alert("fb-2f6f11d00b9a", "frontend", rule, "awaiting-approval", nil),
        try alert("fb-abe2c16a31d4", "reports", nil, "holding", nil),
        try alert("fb-019661ff5e42", "users", nil, "refused", "the policy only observes"),
      ],
      incidents: [
        try filled(
          IncidentView(
            id: "am/1", opened: Self.time(60).rfc3339, sender: "alertmanager",
            name: "ShellInContainer", title: "A shell was started in a container",
            severity: "critical", subject: Self.identity("users"), about: Self.identity("users"),
            firing: 2, labels: ["pod": "users-1"], links: ["https://runbooks.example/shell"])),
        try filled(
          IncidentView(
            id: "falco/2", opened: Self.time(90).rfc3339, sender: "falco", name: "Write below etc",
            title: "File below /etc opened for writing", severity: nil, subject: nil,
            about: "nobody", firing: 1, labels: ["k8s.pod.name": "web-7", "proc": "<sh>"],
            links: [])),
      ], filter: .init(subject: text("")), next: text("1795335180000000.fb-019661ff5e42"))
  }

  func policies() throws -> [PolicyView] {
    [
      try filled(
        PolicyView(
          name: "lateral-movement", mode: "enforce", file: "/etc/flyball/policies/10-lateral.yaml",
          digest: "9d5ed678fe57bcca00112233", matches: ["lateral-movement from 0.99"],
          steps: ["throttle, held for 60 s", "quarantine, held for 60 s, after 2 approvals"],
          ttlSeconds: 900, maxActive: 5, openActions: ["fb-abe2c16a31d4"])),
      try filled(
        PolicyView(
          name: "clients: 1 \"odd\" name", mode: "observe",
          file: "/etc/flyball/policies/20-clients.yaml", digest: "00",
          matches: ["lateral-movement from 0.9999"], steps: ["throttle, held for 60 s"],
          ttlSeconds: 300, maxActive: 20, openActions: [])),
    ]
  }

  func preview(refused: String? = nil) throws -> PreviewPage {
    let view = try filled(
      OrderPreview(
        subject: Self.identity("reports"), stage: "throttle to 5/s",
        notAfter: Self.time(-900).rfc3339, refused: refused,
        scope: [
          .init(proxy: "orders-1 of orders", incapacity: nil),
          .init(proxy: "users-1 of users", incapacity: "does not subscribe to flyball.throttle"),
        ], scopeLeftOut: 2, objects: [.init(name: "flyball.throttle at every proxy", text: "{}")],
        trafficShare: 0.021, calls: [call("catalog", 12), call("orders", 6.8, failed: 0.2)]))
    return PreviewPage(
      form: .init(
        subject: text(Self.identity("reports")), action: "throttle", rate: text("5"), burst: "",
        cluster: text(""), seconds: "900"),
      preview: .init(view: view, notAfter: Self.time(-900)))
  }

  /// Every screen by the name of its golden file.
  func screens() throws -> [(String, HTML)] {
    let warnings = [
      Visit.Warning(title: text("Paused"), detail: text("no new action starts; releases go on"))
    ]
    return [
      ("now", Screen.now(try busy(), visit())),
      ("now-quiet", Screen.now(try quiet(), visit(role: "admin"))),
      (
        "now-refused",
        Screen.now(
          try busy(),
          visit(notice: .refused(text("you approved it already")), warnings: warnings))
      ),
      ("graph", Screen.graph(try graph(), visit())),
      ("scores", Screen.scores(try scores(), visit())),
      ("alerts", Screen.alerts(try alerts(), visit())),
      ("policies", Screen.policies(try policies(), visit())),
      (
        "preview-empty",
        Screen.preview(PreviewPage(form: .init(), preview: nil), visit())
      ),
      ("preview", Screen.preview(try preview(), visit())),
      (
        "preview-refused",
        Screen.preview(try preview(refused: "action fb-1 is open against it already"), visit())
      ),
      ("actions", Screen.actions(try actions(), visit())),
      ("action-live", Screen.action(try live(), visit())),
      ("action-waiting", Screen.action(try waiting(), visit())),
      ("action-released", Screen.action(try released(), visit())),
      ("rules", Screen.rules(try rules(), visit())),
      ("audit", Screen.audit(try audit(), visit())),
      ("nodes", Screen.nodes(try nodes(), visit())),
      (
        "problem",
        Screen.problem(
          Problem(
            "not-found", 404, "There is no such thing", detail: text("no such action"),
            errors: [.init(at: text("id"), detail: text("unknown"))]), visit())
      ),
      (
        "login",
        Screen.login(
          hasProvider: true, failure: "That token is not known, or has expired.",
          Visit(at: Self.now, user: nil))
      ),
    ]
  }
}
