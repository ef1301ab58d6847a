internal import Access
internal import ControlViews
internal import CurlHTTP
internal import FeedbackLoop
internal import Foundation
internal import LoopRuntime
internal import MeshModel
internal import Synchronization
internal import Telemetry
internal import Testing
internal import ThreatIntelligence

/// Whoever may see one namespace, over the network: nothing of another is in any answer.
struct VisibilityTests {
  /// A workload of another namespace with traffic, a score, an alert and an action, whose name nobody
  /// but those who may see it ever reads.
  private static let hidden = "zzledger"
  /// One whose proxy enforces actions against subjects of every namespace, and is named there alone.
  private static let enforcing = "zzvault"

  private static func fill(_ served: ServedDesk) async throws {
    for (name, namespace) in [("web", "shop"), ("cart", "shop"), (enforcing, "bank")] {
      try await served.attach(name, in: namespace)
    }
    try await served.detect("web", id: 1)
    try await served.detect(hidden, in: "bank", id: 2)
    for (caller, callee, namespace) in [("web", "cart", "shop"), (hidden, enforcing, "bank")] {
      let caller = try ServedDesk.identity(caller, in: namespace)
      let callee = try ServedDesk.identity(callee, in: namespace)
      for (reporter, peer, vantage) in [
        (caller, callee, Vantage.source), (callee, caller, .destination),
      ] {
        var batch = ObservationBatch(
          reporter: ProxyID(principal: reporter, node: "\(reporter.name)-0"), vantage: vantage)
        for number in 0..<6 {
          batch.append(
            at: served.now(), peer: .workload(peer), path: "/\(number)", .answered(status: 404))
        }
        served.scoring.receive(batch, IngestLedger())
      }
    }
    // Over the socket, where nobody has a budget of requests.
    try await served.wait("scores, services and actions of both") {
      let scores = try await served.get("/v1/scores").text
      let services = try await served.get("/v1/services").text
      let history = try await served.get("/v1/history?event=applied").text
      return [scores, services].allSatisfy { $0.contains("/web\"") && $0.contains(hidden) }
        && history.contains("fb-000000000001") && history.contains("fb-000000000002")
    }
  }

  /// Every operation that shows something and every page of the console.
  private static let paths: [String] =
    Access.Operation.allCases.filter { $0.method == .get }.flatMap { operation -> [String] in
      switch operation {
      // They last until somebody leaves; events are tested below.
      case .events, .recording: []
      case .action: ["/v1/actions/fb-000000000001", "/v1/actions/fb-000000000002"]
      case .export: ExportFormat.allCases.map { "/v1/export?format=\($0.rawValue)" }
      case .preview: []
      case .openapi: []
      case .status, .whoami, .nodes, .actions, .alerts, .services, .scores, .rules, .policies,
        .notices, .incidents, .history, .order, .approve, .reject, .revert, .extend, .deploy,
        .pause, .resume,
        .revertAll:
        [operation.path]
      }
    } + [
      "/", "/graph", "/scores", "/alerts", "/actions", "/actions/fb-000000000001",
      "/actions/fb-000000000002", "/policies", "/rules", "/audit", "/nodes",
      "/scores?subject=spiffe://shop.demo/ns/bank/sa/\(hidden)",
      "/v1/scores?subject=spiffe://shop.demo/ns/bank/sa/\(hidden)",
      "/v1/actions?subject=spiffe://shop.demo/ns/bank/sa/\(hidden)",
      "/v1/actions?namespace=bank", "/v1/history?namespace=bank", "/v1/alerts?namespace=bank",
      "/v1/history?action=fb-000000000002", "/audit?action=fb-000000000002",
      "/v1/services?namespace=bank", "/v1/nodes?namespace=bank",
    ]

  @Test("what a viewer of one namespace is shown names nobody of another, on any path")
  func viewer() async throws {
    try await ServedDesk.with { served in
      try await Self.fill(served)
      var shown = 0
      for path in Self.paths {
        if try await served.get(path, as: .viewer).text.contains(Self.hidden) { shown += 1 }
        let text = try await served.get(path, as: .shopViewer).text
        #expect(!text.contains(Self.hidden), "\(path)")
        #expect(!text.contains("fb-000000000002") || path.contains("fb-000000000002"), "\(path)")
        #expect(!text.contains(Self.enforcing) || Self.tellsOfProxies(path), "\(path)")
      }
      // Else this test would pass for a server that shows nothing.
      #expect(shown > 12)
      #expect(
        try await served.get("/v1/actions/fb-000000000002", as: .shopViewer).status == 404)
      let status = try JSONDecoder().decode(
        StatusView.self, from: Data(try await served.get("/v1/status", as: .shopViewer).body))
      #expect(status.openActions == 1)
    }
  }

  /// What is about a subject that one may see is told whole, with everybody it met.
  private static func tellsOfProxies(_ path: String) -> Bool {
    ["/v1/actions", "/v1/history", "/v1/export", "/actions", "/audit"].contains(
      where: path.hasPrefix)
      || path == "/"
  }

  @Test("why a feed is not held is told to who may see the whole mesh, and that it is not to all")
  func feeds() async throws {
    let secret = "/secrets/token"
    let feed = FeedStanding(
      name: "cti", indicators: 7, rejected: RejectionTally(), confirmedAt: nil,
      startedAt: Timestamp(seconds: 1), refusal: .failed(.unreachable(secret)), failures: 3,
      periodSeconds: 60)
    try await ServedDesk.with(feeds: [feed]) { served in
      for (caller, isWhole) in [(ServedDesk.Caller.viewer, true), (.shopViewer, false)] {
        let answer = try await served.get("/v1/status", as: caller)
        #expect(answer.text.contains("token") == isWhole, "\(caller)")
        let status = try JSONDecoder().decode(StatusView.self, from: Data(answer.body))
        let shown = try #require(status.feeds?.first)
        #expect(shown.refusal != nil && (shown.remedy != nil) == isWhole)
        #expect((shown.advice(at: 0) == "ask who may see the whole mesh") != isWhole)
        #expect(shown.indicators == 7 && shown.failures == 3)
        let page = try await served.get("/", as: caller).text
        #expect(page.contains("cti"), "\(caller)")
        #expect(page.contains("token") == isWhole, "\(caller)")
      }
    }
  }

  @Test("events tell a viewer of one namespace of nobody else, and go on over what is not shown")
  func events() async throws {
    try await ServedDesk.with { served in
      try await Self.fill(served)
      let text = Mutex("")
      let request = HTTPRequest(
        url: "http://127.0.0.1:\(served.port)/v1/events",
        headers: [ServedDesk.Caller.shopViewer.header, "Last-Event-ID: 0"],
        timeoutMilliseconds: 20_000)
      // Another action of the other namespace, then one of this, which ends it.
      try await served.detect(Self.enforcing, in: "bank", id: 3)
      try await served.detect("cart", id: 4)
      _ = try? await HTTPConnection().stream(request) { part in  // Ends by saying false.
        text.withLock { text in
          text += String(decoding: part, as: UTF8.self)
          return !text.contains("fb-000000000004")
        }
      }
      let events = text.withLock { $0 }
      #expect(events.contains("fb-000000000001") && events.contains("fb-000000000004"))
      for secret in [Self.hidden, "fb-000000000002", "fb-000000000003"] {
        #expect(!events.contains(secret), "\(secret)")
      }
      #expect(!events.contains("\"openActions\":3") && !events.contains("\"openActions\":4"))
    }
  }

  @Test("an operator of one namespace changes and previews nothing of another")
  func orders() async throws {
    try await ServedDesk.with { served in
      try await Self.fill(served)
      let foreign = "spiffe://shop.demo/ns/bank/sa/\(Self.enforcing)"
      for path in ["approve?fingerprint=x", "reject", "revert"] {
        let answer = try await served.post(
          "/v1/actions/fb-000000000002/\(path)", as: .shopOperator)
        #expect(answer.status == 404, "\(path)")
        let form = try await served.post(
          "/actions/fb-000000000002/\(path.prefix { $0 != "?" })", "fingerprint=x",
          as: .shopOperator, type: "application/x-www-form-urlencoded")
        #expect(form.status == 404 && !form.text.contains(Self.hidden), "\(path)")
      }
      for (path, status) in [
        ("/v1/preview?subject=\(foreign)&action=quarantine&seconds=60", 403),
        ("/preview?subject=\(foreign)&action=quarantine&seconds=60", 403),
        (
          "/v1/preview?subject=spiffe://shop.demo/ns/shop/sa/cart&action=quarantine&seconds=60", 200
        ),
      ] {
        #expect(try await served.get(path, as: .shopOperator).status == status, "\(path)")
      }
      let cart = "subject=spiffe://shop.demo/ns/shop/sa/cart&action=quarantine&seconds=60"
      for (caller, shown) in [(ServedDesk.Caller.shopOperator, 2), (.admin, 3)] {
        let answer = try await served.get("/v1/preview?\(cart)", as: caller)
        let preview = try JSONDecoder().decode(OrderPreview.self, from: Data(answer.body))
        #expect(preview.scope.count == shown && preview.scopeLeftOut == 3 - shown, "\(preview)")
        let page = try await served.get("/preview?\(cart)", as: caller).text
        for text in [answer.text, page] {
          #expect(text.contains(Self.enforcing) == (caller == .admin), "\(caller)")
        }
      }
      let order =
        "{\"subject\":\"\(foreign)\",\"action\":\"quarantine\",\"seconds\":60,\"reason\":\"r\"}"
      #expect(try await served.post("/v1/actions", order, as: .shopOperator).status == 403)
      let form = "subject=\(foreign)&action=quarantine&seconds=60&reason=r"
      let answer = try await served.post(
        "/actions", form, as: .shopOperator, type: "application/x-www-form-urlencoded")
      #expect(answer.status == 403)
      #expect(
        try await served.post("/v1/deploys?workload=\(foreign)", as: .shopOperator).status == 403)
      let actions: ActionList = try await served.decoded("/v1/actions")
      #expect(Set(actions.actions.map(\.id)) == ["fb-000000000001", "fb-000000000002"])
    }
  }
}
