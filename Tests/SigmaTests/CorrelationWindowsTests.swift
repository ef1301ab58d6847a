import MeshModel
import Testing

@testable import Sigma

@Suite("Correlations of requests")
struct CorrelationWindowsTests {
  private func matches(
    _ plan: CorrelationPlan, _ requests: [CorrelatedRequest]
  ) throws -> [CorrelationMatch] {
    var windows = CorrelationWindows(plan)
    return try requests.flatMap { try $0.event(plan).map { windows.take($0) } ?? [] }
  }

  private static let logins = """
    title: Many failed logins
    name: many
    correlation:
      type: event_count
      rules: [rule_0]
      group-by: [caller, cs-username]
      timespan: 1m
      condition: {gte: 3}
    ---
    title: A password was guessed
    name: guessed
    id: 0e95725d
    level: high
    correlation:
      type: temporal_ordered
      rules: [many, rule_1]
      group-by: [caller, cs-username]
      timespan: 2m

    """

  private func login(_ seconds: Int64, _ rule: Int, user: String = "ann") -> CorrelatedRequest {
    CorrelatedRequest(
      seconds: seconds, rules: [rule],
      request: Request(
        method: .post, status: rule == 0 ? 401 : 200, path: "/login?next=\u{7}", userName: user))
  }

  @Test("an explanation says what came true, of whom, when, and shows the events")
  func explains() throws {
    let plan = try CorrelationCases.plan(Self.logins)
    let requests =
      [0, 5, 9, 10].map { login($0, 0) } + [login(12, 0, user: "bob"), login(70, 1)]
    let matches = try matches(plan, requests)
    #expect(matches.count == 1)
    let match = try #require(matches.first)
    #expect(
      match.explanation(plan).joined(separator: "\n") == """
        A password was guessed: 2 of 2 rules matched in their order in 2m, asked for is gte 2
        group: caller spiffe://mesh/ns/shop/sa/web, cs-username ann
        from 1970-01-01T00:00:09.000000Z to 1970-01-01T00:01:10.000000Z
        1970-01-01T00:00:10.000000Z POST /login?next=? 401 [Many failed logins]
        1970-01-01T00:01:10.000000Z POST /login?next=? 200 [Rule 1]
        and 1 more
        correlation 0e95725d at test.yml:10
        """)
  }

  @Test("an explanation of values shows the values, at most eight events, and how many more")
  func explainsValues() throws {
    let plan = try CorrelationCases.plan(
      """
      title: One caller tries many users
      id: spray
      correlation:
        type: value_count
        rules: [rule_0]
        group-by: caller
        timespan: 1h
        condition: {field: cs-username, gte: 10}

      """)
    let requests = (0..<10).flatMap { user in
      (0..<3).map { login(Int64(user * 10 + $0), 0, user: "user\(user)") }
    }
    let match = try #require(try matches(plan, requests).first)
    #expect(match.time == Timestamp(seconds: 90) && match.caller?.key == plan.caller(of: match))
    #expect(
      match.explanation(plan).joined(separator: "\n") == """
        One caller tries many users: 10 distinct values of cs-username in 1h, asked for is gte 10
        group: caller spiffe://mesh/ns/shop/sa/web
        from 1970-01-01T00:00:00.000000Z to 1970-01-01T00:01:30.000000Z
        1970-01-01T00:00:20.000000Z POST /login?next=? 401 (cs-username: user2) [Rule 0]
        1970-01-01T00:00:30.000000Z POST /login?next=? 401 (cs-username: user3) [Rule 0]
        1970-01-01T00:00:40.000000Z POST /login?next=? 401 (cs-username: user4) [Rule 0]
        1970-01-01T00:00:50.000000Z POST /login?next=? 401 (cs-username: user5) [Rule 0]
        1970-01-01T00:01:00.000000Z POST /login?next=? 401 (cs-username: user6) [Rule 0]
        1970-01-01T00:01:10.000000Z POST /login?next=? 401 (cs-username: user7) [Rule 0]
        1970-01-01T00:01:20.000000Z POST /login?next=? 401 (cs-username: user8) [Rule 0]
        1970-01-01T00:01:30.000000Z POST /login?next=? 401 (cs-username: user9) [Rule 0]
        and 20 more
        correlation spray at test.yml:1
        """)
  }

  private func counting(_ groupBy: String, gte: Int = 2, rules: String = "rule_0") -> String {
    """
    title: Counting
    correlation:
      type: event_count
      rules: [\(rules)]
      group-by: \(groupBy)
      timespan: 1m
      condition: {gte: \(gte)}

    """
  }

  @Test("a request that several rules match counts once")
  func countsOnce() throws {
    let plan = try CorrelationCases.plan(counting("caller", rules: "rule_0, rule_1"))
    let both = CorrelatedRequest(seconds: 1, rules: [0, 1])
    #expect(try matches(plan, [both]).isEmpty)
    #expect(try matches(plan, [both, both]).count == 1)
  }

  @Test("values that differ in the case of letters are one group")
  func foldsCase() throws {
    let plan = try CorrelationCases.plan(counting("cs-username"))
    let requests = [login(1, 0, user: "Administrator"), login(2, 0, user: "ADMINISTRATOR")]
    #expect(
      try matches(plan, requests).map(\.group) == [
        [.init(field: "cs-username", text: "Administrator")]
      ])
    #expect(try matches(plan, [login(1, 0, user: "administrato"), login(2, 0, user: "r")]).isEmpty)
  }

  @Test("an event without a field to group by is in no group, and counted")
  func ungrouped() throws {
    let plan = try CorrelationCases.plan(counting("[caller, cs-username]"))
    var windows = CorrelationWindows(plan)
    for _ in 0..<3 {
      let event = try #require(try login(1, 0, user: "").event(plan))
      #expect(windows.take(event).isEmpty)
    }
    #expect(windows.ledger.ungrouped == 3 && windows.ledger.taken == 0 && windows.groupCount == 0)
  }

  @Test("which values are told apart by which keys depends on the secret, and on nothing else")
  func secretKeys() throws {
    let plan = try CorrelationCases.plan(counting("[caller, cs-username]"))
    func key(_ user: String, _ secret: UInt64) throws -> UInt64? {
      let event = try #require(try login(1, 0, user: user).event(plan, secret: secret))
      return event.values.compactMap { $0 }.first { $0.text.lowercased() == "ann" }?.key
    }
    #expect(try key("ann", 1) != nil)
    #expect(try key("ann", 1) == key("Ann", 1))
    #expect(try key("ann", 1) != key("ann", 2))
  }

  @Test("a client outside the mesh has no namespace")
  func namespaces() throws {
    let plan = try CorrelationCases.plan(counting("namespace"))
    var request = CorrelatedRequest(seconds: 1, rules: [0])
    #expect(try matches(plan, [request, request]).first?.group.map(\.text) == ["shop"])
    request.caller = "192.0.2.1 at spiffe://mesh/ns/shop/sa/gateway"
    #expect(try matches(plan, [request, request]).isEmpty)
  }

  @Test("a request that matched no rule of a correlation is no event")
  func noEvent() throws {
    let plan = try CorrelationCases.plan(counting("service"))
    #expect(try CorrelatedRequest(seconds: 1, rules: [1, 2]).event(plan) == nil)
    #expect(try CorrelatedRequest(seconds: 1, rules: [1, 0]).event(plan)?.rules == [0])
  }

  @Test("a rule that a correlation names is reported on its own only when one generates it")
  func generates() throws {
    #expect(try CorrelationCases.plan(counting("caller")).hiddenRules == [0])
    #expect(
      try CorrelationCases.plan(counting("caller") + "  generate: true\n").hiddenRules == [])
    let plan = try CorrelationCases.plan(Self.logins)
    #expect(plan.correlations.map(\.isReported) == [false, true])
  }

  @Test("past the bound the group without an event for longest goes, and is counted")
  func evictsGroups() throws {
    let plan = try CorrelationCases.plan(counting("cs-username", gte: 2))
    let bounds = CorrelationBounds(groups: 2, events: 100)
    var windows = CorrelationWindows(plan, bounds: bounds)
    func take(_ seconds: Int64, _ user: String) throws -> Int {
      windows.take(try #require(try login(seconds, 0, user: user).event(plan))).count
    }
    #expect(try take(1, "ann") == 0 && take(2, "bob") == 0)
    #expect(try take(3, "carl") == 0)
    #expect(windows.ledger.evictedGroups == 1 && windows.groupCount == 2)
    #expect(try take(4, "bob") == 1, "bob was not the one to go")
    #expect(try take(5, "ann") == 0, "ann's first event is forgotten")
    #expect(windows.ledger.evictedEvents == 2)
  }

  @Test("a group that no event can reach any more makes room without being counted")
  func forgetsOldGroups() throws {
    let plan = try CorrelationCases.plan(counting("cs-username"))
    let bounds = CorrelationBounds(groups: 2, events: 100)
    var windows = CorrelationWindows(plan, bounds: bounds)
    for number in 0..<10 {
      let login = login(Int64(number) * 300, 0, user: "user\(number)")
      _ = windows.take(try #require(try login.event(plan)))
    }
    #expect(windows.ledger.evictedGroups == 0 && windows.groupCount <= 2)
    #expect(windows.eventCount == windows.groupCount)
  }

  @Test("past the bound on events whole groups go, never the one that just got an event")
  func evictsEvents() throws {
    let plan = try CorrelationCases.plan(counting("cs-username", gte: 50))
    let bounds = CorrelationBounds(groups: 100, events: 10)
    var windows = CorrelationWindows(plan, bounds: bounds)
    for number in 0..<40 {
      let login = login(Int64(number), 0, user: "user\(number % 4)")
      _ = windows.take(try #require(try login.event(plan)))
      #expect(windows.eventCount <= 10)
    }
    #expect(windows.ledger.evictedGroups > 0)
  }

  @Test("a group that was forgotten meets no condition that only few events meet")
  func evictionIsTimid() throws {
    let plan = try CorrelationCases.plan(
      counting("cs-username").replacing("{gte: 2}", with: "{eq: 1}"))
    let bounds = CorrelationBounds(groups: 1, events: 100)
    var windows = CorrelationWindows(plan, bounds: bounds)
    func take(_ seconds: Int64, _ user: String) throws -> Int {
      windows.take(try #require(try login(seconds, 0, user: user).event(plan))).count
    }
    #expect(try take(1, "ann") == 1)
    #expect(try take(2, "bob") == 0)
    #expect(try take(3, "ann") == 0)
    #expect(windows.ledger.unjudged == 2)
    #expect(try take(64, "ann") == 1, "what is forgotten is out of the window")
  }
}

extension CorrelationPlan {
  /// The key of the group's caller, by its text.
  fileprivate func caller(of match: CorrelationMatch) -> UInt64? {
    match.group.first { $0.field == "caller" }.map { StableHash($0.text).value }
  }
}
