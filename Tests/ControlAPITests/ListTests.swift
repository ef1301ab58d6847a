internal import ControlViews
internal import CurlHTTP
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Testing

struct ListTests {
  private static func ids(_ list: ActionList) -> [String] { list.actions.map(\.id) }

  /// Five observed detections, the newest of which is of `w4`.
  private static func refused(_ served: ServedDesk) async throws {
    for number in 0..<5 {
      let namespace = number == 2 ? "ops" : "shop"
      try await served.attach("w\(number)", in: namespace)
      try await served.detect("w\(number)", in: namespace, id: UInt64(number + 1))
      try await served.wait("a record") {
        let list: ActionList = try await served.decoded("/v1/actions")
        return list.actions.count == number + 1
      }
    }
  }

  private static var observing:
    @Sendable (@escaping @Sendable (ServedDesk) async throws -> Void)
      async throws -> Void
  {
    { body in
      var policy = ServedDesk.policy
      policy.mode = .observe
      try await ServedDesk.with(policy: policy, body)
    }
  }

  @Test("pages of any size make up the whole list, the newest first, without gap or repetition")
  func pages() async throws {
    try await Self.observing { served in
      try await Self.refused(served)
      let all: ActionList = try await served.decoded("/v1/actions")
      #expect(Self.ids(all) == (1...5).reversed().map { "fb-00000000000\($0)" })
      #expect(all.next == nil)
      for limit in 1...6 {
        var found: [String] = []
        var after = ""
        for _ in 0..<10 {
          let page: ActionList = try await served.decoded("/v1/actions?limit=\(limit)\(after)")
          #expect(page.actions.count <= limit)
          found += Self.ids(page)
          guard let next = page.next else { break }
          after = "&after=\(next)"
        }
        #expect(found == Self.ids(all), "limit \(limit)")
      }
    }
  }

  @Test("filters find exactly what they name, and the records of the history likewise")
  func filters() async throws {
    try await Self.observing { served in
      try await Self.refused(served)
      let expected: [(String, [Int])] = [
        ("namespace=ops", [3]), ("namespace=op", []), ("state=refused", [5, 4, 3, 2, 1]),
        ("state=open", []), ("state=closed&limit=2", [5, 4]),
        ("subject=spiffe://shop.demo/ns/shop/sa/w1", [2]),
        ("subject=spiffe%3A%2F%2Fshop.demo%2Fns%2Fshop%2Fsa%2Fw1", [2]),
        ("subject=spiffe://shop.demo/ns/shop/sa/w", []), ("policy=scan", [5, 4, 3, 2, 1]),
        ("policy='%20OR%201=1", []), ("policy=%25", []),
        ("since=2999-01-01T00:00:00Z", []), ("until=2000-01-01T00:00:00Z", []),
      ]
      for (query, numbers) in expected {
        let list: ActionList = try await served.decoded("/v1/actions?\(query)")
        #expect(Self.ids(list) == numbers.map { "fb-00000000000\($0)" }, "\(query)")
        let alerts: AlertList = try await served.decoded("/v1/alerts?\(query)")
        #expect(alerts.alerts.map(\.id) == Self.ids(list), "\(query)")
      }
      let alerts: AlertList = try await served.decoded("/v1/alerts?detector=rule")
      #expect(alerts.alerts.isEmpty)
      let records: HistoryList = try await served.decoded("/v1/history?namespace=ops")
      #expect(records.records.map(\.action) == ["fb-000000000003"])
      let events: HistoryList = try await served.decoded("/v1/history?event=refused&limit=2")
      #expect(events.records.map(\.action) == ["fb-000000000005", "fb-000000000004"])
      let next = try #require(events.next)
      let rest: HistoryList = try await served.decoded(
        "/v1/history?event=refused&limit=500&after=\(next)")
      #expect(rest.records.count == 3)
    }
  }

  @Test(
    "what is not understood is refused, and the answer names it",
    arguments: [
      "/v1/actions?lmit=1", "/v1/actions?limit=0", "/v1/actions?limit=501", "/v1/actions?limit=-1",
      "/v1/actions?limit=99999999999999999999", "/v1/actions?limit=1&limit=2",
      "/v1/actions?limit=", "/v1/actions?limit", "/v1/actions?state=great",
      "/v1/actions?since=yesterday", "/v1/actions?after=1", "/v1/actions?after=.fb-000000000001",
      "/v1/actions?after=99999999999999999999.fb-000000000001",
      "/v1/actions?after=1.fb-00000000000g",
      "/v1/actions?subject=%FF%FE", "/v1/actions?%FF=1", "/v1/actions?=&=", "/v1/history?after=0",
      "/v1/history?after=-1", "/v1/history?after=x", "/v1/history?action=x", "/v1/nodes?after=x",
      "/v1/nodes?after=1000001", "/v1/nodes?attached=yes", "/v1/scores?above=2",
      "/v1/scores?above=nan", "/v1/scores?above=-0.1", "/v1/status?x=1", "/v1/whoami?x",
      "/v1/openapi.json?x=1", "/v1/recording?redact=1", "/v1/events?x=1",
      "/v1/actions/fb-000000000001?events=1",
    ])
  func refused(path: String) async throws {
    try await ServedDesk.with { served in
      let response = try await served.get(path)
      #expect(response.status == 400)
      let problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
      #expect(problem.type == "urn:flyball:problem:invalid")
      #expect(problem.errors?.isEmpty == false)
    }
  }

  @Test("what is not there, and what is not done there, is said as a problem")
  func absent() async throws {
    try await ServedDesk.with { served in
      let absent = [
        "/", "/v1", "/v1/nothing", "/v1/actions/fb-000000000009", "/v1/actions/x",
        "/v1/actions/%00", "/v1/actions/..%2F..", "//v1/status", "/v1/actions/fb-000000000009/pet",
      ]
      for path in absent {
        let response = try await served.get(path)
        #expect(response.status == 404, "\(path)")
        let problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
        #expect(problem.type == "urn:flyball:problem:not-found", "\(path)")
      }
      #expect(try await served.post("/v1/status").status == 405)
      #expect(try await served.get("/v1/pause").status == 405)
    }
  }

  @Test("answers of a running server are as the document says, field by field")
  func asDocumented() async throws {
    try await ServedDesk.with { served in
      let check = try SchemaCheck()
      try await served.attach("web")
      let rule = MatchedRule(
        id: "1", name: nil, title: "<script>alert(1)</script>", author: nil, license: nil,
        references: [], level: .high, tags: ["attack.t1110"], matched: "GET /\u{0}\u{202E}\n\"")
      try await served.detect("web", id: 1, rule: rule)
      try await served.wait("the action") {
        let list: ActionList = try await served.decoded("/v1/actions?state=open")
        return list.actions.count == 1
      }
      let paths: [(String, String)] = [
        ("status", "/v1/status"), ("whoami", "/v1/whoami"), ("openapi", "/v1/openapi.json"),
        ("nodes", "/v1/nodes"), ("actions", "/v1/actions"),
        ("action", "/v1/actions/fb-000000000001"), ("alerts", "/v1/alerts"),
        ("services", "/v1/services"), ("scores", "/v1/scores"), ("rules", "/v1/rules"),
        ("policies", "/v1/policies"), ("notices", "/v1/notices"),
        ("incidents", "/v1/incidents"), ("history", "/v1/history"),
      ]
      let preview =
        "/v1/preview?subject=spiffe://shop.demo/ns/shop/sa/web&action=quarantine&seconds=9"
      for (id, path) in paths + [("preview", preview)] {
        let name = try #require(check.name(of: id))
        let response = try await served.get(path)
        #expect(response.status == 200, "\(path)")
        let answer = try #require(check.answer(name, 200))
        let json = try JSONSerialization.jsonObject(with: Data(response.body))
        #expect(check.findings(json, answer.schema) == [], "\(path)")
      }
      let alerts: AlertList = try await served.decoded("/v1/alerts")
      #expect(alerts.alerts.first?.rule == rule)
      let policies: PolicyList = try await served.decoded("/v1/policies")
      #expect(policies.policies.first?.openActions == ["fb-000000000001"])
      let services: ServiceList = try await served.decoded("/v1/services")
      #expect(services.services.first?.measures.map(\.action) == ["fb-000000000001"])
    }
  }
}
