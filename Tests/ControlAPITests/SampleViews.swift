internal import ControlViews
internal import MeshModel

/// Views whose every optional field is set, by the name of their schema.
enum SampleViews {
  static let at = "2026-01-02T03:04:05.000000Z"

  private static let rule = MatchedRule(
    id: "1", name: "n", title: "t", author: "a", license: "l", references: ["r"], level: .high,
    tags: ["attack.t1"], matched: "GET /")

  private static let indicator = IndicatorView(
    feed: "f", entry: "e", kind: "address", value: "v", confidence: 90, since: at, until: at,
    link: "l")

  private static let proxy = ActionView.Proxy(
    proxy: "p", accepted: at, rejected: "r", readback: true, probe: "denied", incapacity: "i",
    firstStopped: at, served: at, subscribed: true, attached: false)

  private static let event = ActionView.Event(at: at, microseconds: 1, event: "e", detail: "d")

  private static let action = ActionView(
    id: "fb-000000000001", subject: "s", policy: "p", state: "holding", stage: "quarantine",
    detector: "rule", rule: rule, indicator: indicator, proposedAt: at, notAfter: at, verdict: "v",
    reason: "r",
    fingerprint: "f", approvedBy: ["a"], revertedBy: "b", relapses: 1, comparedCalls: 2,
    proxies: [proxy], events: [event])

  private static let evidence = AlertView.Evidence(
    feature: "rate", shown: 1, total: 2, allowed: 0.1, seconds: 3)

  private static let alert = AlertView(
    id: "fb-000000000001", at: at, microseconds: 1, onset: at, subject: "s", detector: "rule",
    found: "f", rule: rule, indicator: indicator, policy: "p", score: 0.9, corroborated: 0.8,
    failures: 1, total: 2,
    destinations: ["d"], witnesses: ["w"], evidence: [evidence], intervalSeconds: 60,
    trafficShare: 0.1, measure: "quarantine", state: "refused", reason: "r")

  private static let node = NodeView(
    node: "n", principal: "p", attached: true, reporting: true, gateway: false, logStreams: 1,
    dropped: 2, lossy: false, version: "1.40.0", incapacities: ["a": "b"], filters: ["a": "b"])

  private static let run = SelfTestView.Run(
    action: "a", began: at, seconds: 1, outcome: "passed", stage: "s", text: "t", remedy: "r",
    stages: [.init(stage: "s", seconds: 1)])

  private static let status = StatusView(
    paused: false, unsafe: "u", historyWritable: true, openActions: 1, policies: ["p"],
    load: "normal", microseconds: 1,
    daemon: DaemonView(processID: 1, history: "h", listens: ["l"]),
    selfTest: SelfTestView(
      everySeconds: 1, running: "r", due: at, heldBack: "h", last: run, lastPassed: at,
      lastPassedMicroseconds: 1), impersonated: false,
    feeds: [
      FeedView(
        name: "n", indicators: 1, refused: 2, confirmed: at, confirmedMicroseconds: 3,
        everySeconds: 4, failures: 5, refusal: "r", remedy: "r")
    ])

  private static let call = ServiceView.Call(
    peer: "p", requestsPerSecond: 1, failedShare: 0.1, deniedShare: 0.2)

  private static let measure = ServiceView.Measure(action: "a", stage: "s", state: "t")

  private static let service = ServiceView(
    identity: "i", namespace: "n", gateway: false, proxies: 1, attached: 1, reporting: 1,
    requestsPerSecond: 1, failedShare: 0, deniedShare: 0, mtlsShare: 1, callers: [call],
    callersLeftOut: 0, callees: [call], calleesLeftOut: 0, measures: [measure])

  private static let score = ScoreView(
    subject: "s", namespace: "n", score: 0.5,
    levels: [.init(detector: "d", score: 0.5, threshold: 0.9)],
    warmUp: .init(isCold: false, version: 2, learnedMinutes: 3, learnedRequests: 4),
    evidence: [evidence], series: [.init(microseconds: 1, score: 0.5)], measures: [measure])

  private static let shown = RuleView(
    name: "n", id: "i", title: "t", kind: "proxy", level: "high", author: "a", license: "l",
    tags: ["t"], file: "f", hidden: false, matches: 1, lastMatch: at)

  private static let policy = PolicyView(
    name: "n", mode: "enforce", file: "f", digest: "d", matches: ["m"], steps: ["s"],
    ttlSeconds: 1, maxActive: 2, openActions: ["a"])

  private static let record = HistoryView(
    record: 1, at: at, microseconds: 1, action: "a", event: "e", detail: "d", intent: true)

  private static var order: OrderBody {
    var order = OrderBody(subject: "s", action: "throttle", seconds: 1, reason: "r")
    (order.rate, order.burst, order.cluster) = (1, 2, "c")
    return order
  }

  private static let preview = OrderPreview(
    subject: "s", stage: "quarantine", notAfter: at, refused: "r",
    scope: [.init(proxy: "p", incapacity: "i")], scopeLeftOut: 1,
    objects: [.init(name: "n", text: "t")], trafficShare: 0.5, calls: [call])

  static let all: [(String, any Encodable & Sendable)] = [
    ("ActionList", ActionList(actions: [action], next: "n")),
    ("AlertList", AlertList(alerts: [alert], next: "n")),
    ("NodeList", NodeList(nodes: [node], next: "n")), ("Status", status),
    ("ServiceList", ServiceList(at: at, services: [service], next: "n")),
    ("ScoreList", ScoreList(at: at, scores: [score], next: "n")),
    ("RuleList", RuleList(rules: [shown], next: "n")),
    (
      "NoticeList",
      NoticeList(
        receivers: [
          .init(name: "r", waiting: 1, told: 2, failed: 3, silenced: 4, dead: 5)
        ],
        deadLetters: [
          .init(
            receiver: "r", notice: "n", event: "action.applied", matter: "fb-000000000001",
            subject: "s", title: "t", happened: at, attempts: 7, reason: "r", at: at)
        ], next: "n")
    ),
    (
      "IncidentList",
      IncidentList(
        incidents: [
          .init(
            id: "i", opened: at, sender: "s", name: "n", title: "t", severity: "high",
            subject: "s", about: "s", firing: 2, labels: ["pod": "web-1"],
            links: ["https://runbooks.example/1"])
        ], next: "n")
    ),
    ("PolicyList", PolicyList(policies: [policy], next: "n")),
    ("HistoryList", HistoryList(records: [record], next: "n")),
    (
      "Whoami",
      WhoamiView(
        name: "n", via: "v", grants: [.init(role: "viewer", namespaces: ["n"])],
        operations: ["o"])
    ),
    ("OrderPreview", preview), ("Order", order), ("Extension", ExtendBody(seconds: 1, reason: "r")),
    ("Problem", Problem.invalid("d", [.init(at: "a", detail: "d")])),
  ]
}
