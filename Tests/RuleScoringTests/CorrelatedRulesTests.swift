internal import MeshModel
internal import RuleScoring
internal import Testing

struct CorrelatedRulesTests {
  private static func rules(groupBy: String) -> String {
    """
    title: Missing page
    name: missing
    level: informational
    logsource: {category: webserver}
    detection: {selection: {sc-status: 404}, condition: selection}
    ---
    title: Many missing pages
    name: many-missing
    author: A. Author
    level: high
    correlation:
      type: event_count
      rules: [missing]
      group-by: [\(groupBy)]
      timespan: 1m
      condition: {gte: 5}
    """
  }

  @Test("a correlation by caller blames the caller, and its rules stay silent")
  func caller() throws {
    let scorer = try Requests.scorer(Self.rules(groupBy: "caller"))
    var detections: [Detection] = []
    for number in 0..<5 {
      let service = number % 2 == 0 ? "users" : "payments"
      detections +=
        scorer.findings(
          in: try Requests.batch(
            "/\(number)", from: "reports", to: service, status: 404, at: 100 + Double(number))
        ).detections
    }
    #expect(detections.map(\.subject) == [try Requests.subject("reports")])
    #expect(detections.first?.rule?.title == "Many missing pages")
    #expect(detections.first?.detector == .rule)
    // Both services saw some of the requests that were counted.
    #expect(detections.first?.corroborated == SigmaLevel.high.score)
    #expect(detections.first?.onset == Timestamp(seconds: 100))
  }

  @Test("at a gateway a correlation by address blames that client")
  func address() throws {
    let scorer = try Requests.scorer(Self.rules(groupBy: "c-ip"))
    var detections: [Detection] = []
    for number in 0..<8 {
      let address = number % 2 == 0 ? "192.0.2.7" : "192.0.2.\(100 + number)"
      detections +=
        scorer.findings(
          in: try Requests.client(["/a", "/b"], address, status: 404, at: 100 + Double(number))
        ).detections
    }
    #expect(detections.count == 1)
    #expect(detections.first?.subject.description.contains("192.0.2.7") == true)
  }

  @Test("a correlation of many callers blames none of them")
  func ofMany() throws {
    let scorer = try Requests.scorer(Self.rules(groupBy: "service"))
    var detections: [Detection] = []
    for number in 0..<5 {
      detections +=
        scorer.findings(
          in: try Requests.batch(
            "/", from: "caller\(number)", to: "users", status: 404, at: 100 + Double(number))
        ).detections
    }
    #expect(detections.map(\.detector) == [.ruleOfMany])
    #expect(detections.map(\.subject) == [try Requests.subject("users")])
    #expect(!Detector.ruleOfMany.blames)
  }
}

struct CorrelationWitnessTests {
  private static let rules = """
    title: Login failed
    name: failed-login
    level: informational
    logsource: {category: webserver}
    detection: {selection: {sc-status: 401}, condition: selection}
    ---
    title: Many failed logins
    name: many-failed
    level: high
    correlation:
      type: event_count
      rules: [failed-login]
      group-by: [caller]
      timespan: 1m
      condition: {gte: 10}
    """

  private func corroborated(_ services: [String]) throws -> [Double] {
    let scorer = try Requests.scorer(Self.rules)
    return try services.enumerated().flatMap { number, service in
      scorer.findings(
        in: try Requests.batch(
          "/login", from: "reports", to: service, status: 401, at: 100 + Double(number))
      ).detections.map(\.corroborated)
    }
  }

  @Test("one reporter's many and another's one are no two witnesses")
  func oneLiar() throws {
    #expect(try corroborated(Array(repeating: "liar", count: 9) + ["users"]) == [0])
  }

  @Test("when half would be left without the one who told most, two have seen it")
  func halfEach() throws {
    let services = (0..<10).map { $0 % 2 == 0 ? "users" : "payments" }
    #expect(try corroborated(services) == [SigmaLevel.high.score])
  }

  @Test("a correlation that comes true again, told by others, is found again")
  func again() throws {
    let scorer = try Requests.scorer(
      Self.rules.replacing("timespan: 1m", with: "timespan: 20s"))
    var found = 0
    for number in 0..<80 {
      let service = ["users", "payments", "orders", "carts"][number % 4]
      let batch = try Requests.batch(
        "/login", from: "reports", to: service, status: 401, at: 100 + Double(number))
      found += scorer.findings(in: batch).detections.count
    }
    #expect(found > 2)
  }

  @Test("what others say of an address does not count against a gateway's client")
  func borrowedAddress() throws {
    let scorer = try Requests.scorer(
      Self.rules.replacing("group-by: [caller]", with: "group-by: [c-ip]"))
    for number in 0..<9 {
      _ = scorer.findings(
        in: try Requests.batch(
          "/login", from: "reports", to: "liar", status: 401, address: "192.0.2.7",
          at: 100 + Double(number)))
    }
    let detections = scorer.findings(
      in: try Requests.client(["/login"], "192.0.2.7", status: 401, at: 110)
    ).detections
    #expect(!detections.contains { $0.subject.isClient })
  }

  @Test("a correlation on top of one of many callers blames nobody")
  func onTop() throws {
    let scorer = try Requests.scorer(
      Self.rules.replacing("group-by: [caller]", with: "group-by: [service]") + """

        ---
        title: Again
        name: again
        level: critical
        correlation:
          type: event_count
          rules: [many-failed]
          group-by: [caller]
          timespan: 1m
          condition: {gte: 1}
        """)
    var detections: [Detection] = []
    for number in 0..<12 {
      let caller = number < 9 ? "attacker" : "innocent\(number)"
      detections +=
        scorer.findings(
          in: try Requests.batch(
            "/login", from: caller, to: "users", status: 401, at: 100 + Double(number))
        ).detections
    }
    #expect(!detections.isEmpty)
    #expect(!detections.contains { $0.detector.blames })
  }
}
