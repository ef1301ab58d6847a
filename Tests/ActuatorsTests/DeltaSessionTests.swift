internal import Actuators
internal import MeshModel
internal import Testing

/// The rules an xDS server must keep, each by its name.
struct DeltaSessionTests {
  private let now = Timestamp(seconds: 1_000)
  private let rbac = Filter.rbac.rawValue

  private func content(_ filter: Filter, actions: [UInt64] = []) -> FilterContent {
    FilterContent(
      filter: filter,
      rules: actions.map {
        Rule(
          name: ActionID(number: $0).description, match: .ownOutbound, stage: .quarantine,
          notAfter: now.adding(milliseconds: 60_000))
      })
  }

  private func subscribed(
    to filters: [Filter] = [.rbac], stream: String = "s"
  ) -> (session: DeltaSession, nonces: [String]) {
    var session = DeltaSession(stream: stream)
    let responses = session.handle(
      .init(subscribe: filters.map(\.rawValue)), content: { content($0) }, at: now)
    return (session, responses.map(\.nonce))
  }

  @Test("on a new stream nothing is acknowledged, even if the proxy says it has the same version")
  func nothingAcknowledgedAtFirst() {
    let (session, nonces) = subscribed()
    #expect(session.statuses == [.rbac: .pending])
    #expect(nonces.count == 1)
  }

  @Test("an acknowledgement is bound to its nonce")
  func acknowledgement() throws {
    var (session, nonces) = subscribed()
    let nonce = try #require(nonces.first)
    _ = session.handle(.init(nonce: nonce), content: { content($0) }, at: now)
    #expect(session.statuses == [.rbac: .accepted])
  }

  @Test("a nonce of another stream, or one never issued, is not an acknowledgement")
  func foreignNonce() {
    var (session, _) = subscribed()
    for nonce in ["t-1", "s-99", "1"] {
      _ = session.handle(.init(nonce: nonce), content: { content($0) }, at: now)
    }
    #expect(session.statuses == [.rbac: .pending])
  }

  @Test("the acknowledgement of an older version does not acknowledge the newer one")
  func staleNonce() throws {
    var (session, nonces) = subscribed()
    let newer = session.update(content: { content($0, actions: [1]) }, at: now)
    #expect(newer.count == 1)
    _ = session.handle(
      .init(nonce: try #require(nonces.first)), content: { content($0, actions: [1]) }, at: now)
    #expect(session.statuses == [.rbac: .pending])
    _ = session.handle(
      .init(nonce: try #require(newer.first).nonce), content: { content($0, actions: [1]) },
      at: now)
    #expect(session.statuses == [.rbac: .accepted])
  }

  @Test("content that comes again needs an acknowledgement of its own")
  func returningContent() throws {
    var (session, nonces) = subscribed()
    _ = session.handle(
      .init(nonce: try #require(nonces.first)), content: { content($0) }, at: now)
    let quarantine = session.update(content: { content($0, actions: [1]) }, at: now)
    let release = session.update(content: { content($0) }, at: now)
    #expect(session.statuses == [.rbac: .pending])
    for (responses, status) in [(quarantine, DeltaSession.Status.pending), (release, .accepted)] {
      _ = session.handle(
        .init(nonce: try #require(responses.first?.nonce)), content: { content($0) }, at: now)
      #expect(session.statuses == [.rbac: status])
    }
  }

  @Test("a late acknowledgement of equal content does not acknowledge what was sent since")
  func lateAcknowledgement() throws {
    var (session, nonces) = subscribed()
    _ = session.update(content: { content($0, actions: [1]) }, at: now)
    _ = session.update(content: { content($0) }, at: now)
    _ = session.handle(
      .init(nonce: try #require(nonces.first)), content: { content($0) }, at: now)
    #expect(session.statuses == [.rbac: .pending])
  }

  @Test(
    "a late answer to an older version takes nothing from the newer one",
    arguments: [nil, "late"])
  func lateAnswer(error: String?) throws {
    var (session, nonces) = subscribed()
    let newer = session.update(content: { content($0, actions: [1]) }, at: now)
    for (nonce, error) in [
      (try #require(newer.first).nonce, nil), (try #require(nonces.first), error),
    ] {
      _ = session.handle(
        .init(nonce: nonce, error: error), content: { content($0, actions: [1]) }, at: now)
    }
    #expect(session.statuses == [.rbac: .accepted])
  }

  @Test("content that goes back to a version it had before is accepted anew")
  func backAgain() throws {
    var (session, first) = subscribed()
    for isAnsweredFirst in [true, false] {
      if isAnsweredFirst {
        _ = session.handle(
          .init(nonce: try #require(first.first)), content: { content($0) }, at: now)
      }
      _ = session.update(content: { content($0, actions: [1]) }, at: now)
      let back = session.update(content: { content($0) }, at: now)
      #expect(session.statuses == [.rbac: .pending])
      _ = session.handle(.init(nonce: try #require(first.first)), content: { content($0) }, at: now)
      #expect(session.statuses == [.rbac: .pending])
      first = back.map(\.nonce)
    }
    _ = session.handle(.init(nonce: try #require(first.first)), content: { content($0) }, at: now)
    #expect(session.statuses == [.rbac: .accepted])
  }

  @Test("a request with a stale nonce keeps its subscription changes")
  func staleNonceKeepsSubscriptions() {
    var (session, _) = subscribed()
    let responses = session.handle(
      .init(subscribe: [Filter.throttle.rawValue], unsubscribe: [rbac], nonce: "s-77"),
      content: { content($0) }, at: now)
    #expect(responses.count == 1)
    #expect(session.statuses == [.throttle: .pending])
  }

  @Test("a rejection is the error, never a version, and is not answered with the same content")
  func rejection() throws {
    var (session, nonces) = subscribed()
    let responses = session.handle(
      .init(nonce: try #require(nonces.first), error: "bad type"), content: { content($0) },
      at: now)
    #expect(responses.isEmpty)
    #expect(session.update(content: { content($0) }, at: now).isEmpty)
    #expect(session.statuses == [.rbac: .rejected("bad type")])
  }

  @Test("a rejected resource recovers when its content is fixed, and when it goes back")
  func recovery() throws {
    var (session, nonces) = subscribed()
    _ = session.handle(
      .init(nonce: try #require(nonces.first)), content: { content($0) }, at: now)
    let bad = session.update(content: { content($0, actions: [1]) }, at: now)
    _ = session.handle(
      .init(nonce: try #require(bad.first).nonce, error: "no"),
      content: { content($0, actions: [1]) }, at: now)
    let back = session.update(content: { content($0) }, at: now)
    _ = session.handle(
      .init(nonce: try #require(back.first).nonce), content: { content($0) }, at: now)
    #expect(session.statuses == [.rbac: .accepted])
  }

  @Test("unchanged content is never sent again")
  func noResend() {
    var (session, _) = subscribed()
    #expect(session.update(content: { content($0) }, at: now).isEmpty)
  }

  @Test("each response carries one resource, additions first")
  func oneResourceEach() {
    var (session, nonces) = subscribed(to: [.rbac, .throttle])
    #expect(nonces.count == 2)
    let step = session.update(
      content: { content($0, actions: $0 == .throttle ? [1] : []) }, at: now)
    #expect(step.map(\.filter) == [.throttle])
    let back = session.update(
      content: { content($0, actions: $0 == .rbac ? [1] : []) }, at: now)
    #expect(back.map(\.filter) == [.rbac, .throttle])
  }

  @Test("names we do not serve are answered as removed")
  func unknownNames() {
    var session = DeltaSession(stream: "s")
    let responses = session.handle(
      .init(subscribe: ["other"]), content: { content($0) }, at: now)
    #expect(responses == [.removed(names: ["other"], nonce: "s-1")])
  }

  @Test("a life ends a second after the last deadline, and is refreshed at a third of it")
  func lives() throws {
    var (session, _) = subscribed()
    let sent = session.update(content: { content($0, actions: [1]) }, at: now)
    #expect(try #require(sent.first).ttlSeconds == 61)
    #expect(session.heartbeats(at: now.adding(milliseconds: 21_000)).isEmpty, "not accepted yet")
    _ = session.handle(
      .init(nonce: try #require(sent.first).nonce), content: { content($0, actions: [1]) },
      at: now)
    #expect(session.heartbeats(at: now.adding(milliseconds: 20_000)).isEmpty)
    let beats = session.heartbeats(at: now.adding(milliseconds: 21_000))
    #expect(beats.map(\.ttlSeconds) == [40])
    #expect(session.heartbeats(at: now.adding(milliseconds: 61_000)).isEmpty)
  }

  @Test("a repeated subscription is answered with the content again")
  func resubscription() {
    var (session, _) = subscribed()
    let again = session.handle(.init(subscribe: [rbac]), content: { content($0) }, at: now)
    #expect(again.count == 1)
    #expect(session.statuses == [.rbac: .pending])
  }
}

extension DeltaSession.Response {
  fileprivate var nonce: String {
    switch self {
    case .content(_, let nonce, _), .heartbeat(_, _, let nonce, _), .removed(_, let nonce): nonce
    }
  }

  fileprivate var filter: Filter? {
    switch self {
    case .content(let content, _, _): content.filter
    case .heartbeat(let filter, _, _, _): filter
    case .removed: nil
    }
  }

  fileprivate var ttlSeconds: Int? {
    switch self {
    case .content(_, _, let ttl): ttl
    case .heartbeat(_, _, _, let ttl): ttl
    case .removed: nil
    }
  }
}

struct EnforcementTableTests {
  @Test("only the rule by identity of a quarantine has a prober")
  func prober() throws {
    let prober = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/flyball")
    let subject = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/reports")
    let client = try #require(IPPrefix(client: "203.0.113.7"))
    var table = EnforcementTable(prober: prober)
    for (number, (subject, stage)) in [
      (Subject.workload(subject), Stage.quarantine),
      (.workload(subject), .throttle(Rate(perSecond: 1, burst: 1))),
      (.client(client, at: subject), .quarantine),
    ].enumerated() {
      table.apply(
        Enforcement(
          action: ActionID(number: UInt64(number)), subject: subject, stage: stage,
          notAfter: Timestamp(seconds: 1)), generation: 1)
    }
    let rules = Filter.allCases.flatMap { table.content(of: $0, at: subject, build: nil).rules }
    #expect(rules.count == 5)
    #expect(rules.filter { $0.prober == prober }.map(\.name) == ["fb-000000000000"])
    #expect(rules.filter { $0.prober != nil }.count == 1)
  }

  private let subject = "spiffe://shop.demo/ns/shop/sa/reports"

  @Test("a quarantine reaches every proxy, and the subject's own sidecar twice")
  func quarantine() throws {
    let identity = try SPIFFEID(parsing: subject)
    let other = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/users")
    var table = EnforcementTable()
    table.apply(
      Enforcement(
        action: ActionID(number: 1), subject: .workload(identity), stage: .quarantine,
        notAfter: Timestamp(seconds: 9)), generation: 1)
    #expect(table.content(of: .rbac, at: other, build: nil).rules.map(\.match) == [.peer(identity)])
    #expect(
      table.content(of: .rbac, at: identity, build: nil).rules.map(\.name) == [
        "fb-000000000001", "fb-000000000001.outbound",
      ])
    #expect(table.content(of: .throttle, at: other, build: nil).rules.isEmpty)
    table.withdraw(ActionID(number: 1), generation: 2)
    #expect(table.content(of: .rbac, at: other, build: nil).rules.isEmpty)
    #expect(table.generation == 2)
  }

  @Test("a client is refused at its gateway and nowhere else")
  func client() throws {
    let gateway = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/ingress")
    let address = try #require(IPPrefix("203.0.113.7"))
    var table = EnforcementTable()
    table.apply(
      Enforcement(
        action: ActionID(number: 1), subject: .client(address, at: gateway), stage: .quarantine,
        notAfter: Timestamp(seconds: 9)), generation: 1)
    #expect(
      table.content(of: .rbac, at: gateway, build: nil).rules.map(\.match) == [.client(address)])
    #expect(table.content(of: .rbac, at: try SPIFFEID(parsing: subject), build: nil).rules.isEmpty)
  }

  @Test("a reroute is where the subject's requests arrive, tightening at its own proxies alone")
  func kinds() throws {
    let identity = try SPIFFEID(parsing: subject)
    let other = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/users")
    let decoy = try #require(ClusterName(parsing: "decoy"))
    var table = EnforcementTable()
    for (number, stage) in [Stage.reroute(to: decoy), .tightenMTLS].enumerated() {
      table.apply(
        Enforcement(
          action: ActionID(number: UInt64(number)), subject: .workload(identity), stage: stage,
          notAfter: Timestamp(seconds: 9)), generation: 1)
    }
    for principal in [identity, other] {
      #expect(
        table.content(of: .route, at: principal, build: nil).rules.map(\.match) == [.peer(identity)]
      )
    }
    #expect(
      table.content(of: .rbac, at: identity, build: nil).rules.map(\.match) == [
        .unauthenticatedPeer
      ])
    #expect(table.content(of: .rbac, at: other, build: nil).rules.isEmpty)
  }

  @Test("a shadow is a rule that says so, and a throttle has none")
  func shadows() throws {
    let identity = try SPIFFEID(parsing: subject)
    var table = EnforcementTable()
    for (number, stage) in [Stage.quarantine, .throttle(Rate(perSecond: 1, burst: 1))].enumerated()
    {
      table.apply(
        Enforcement(
          action: ActionID(number: UInt64(number)), subject: .workload(identity), stage: stage,
          isShadow: true, notAfter: Timestamp(seconds: 9)), generation: 1)
    }
    #expect(
      table.content(of: .rbac, at: identity, build: nil).rules.map(\.isShadow) == [true, true])
    let old = ProxyBuild(
      version: ProxyBuild.Version(1, 20), extensions: ["envoy.filters.http.rbac"])
    #expect(table.content(of: .rbac, at: identity, build: old).rules.isEmpty)
    #expect(table.content(of: .throttle, at: identity, build: nil).rules.isEmpty)
    var enforced = table
    enforced.apply(
      Enforcement(
        action: ActionID(number: 0), subject: .workload(identity), stage: .quarantine,
        notAfter: Timestamp(seconds: 9)), generation: 2)
    #expect(
      table.content(of: .rbac, at: identity, build: nil).version
        != enforced.content(of: .rbac, at: identity, build: nil).version)
  }

  @Test("the version depends on the content alone")
  func versions() {
    let rules = [1, 2].map {
      Rule(
        name: ActionID(number: $0).description, match: .ownOutbound, stage: .quarantine,
        notAfter: Timestamp(seconds: 9))
    }
    let one = FilterContent(filter: .rbac, rules: rules)
    #expect(one.version == FilterContent(filter: .rbac, rules: rules.reversed()).version)
    #expect(one.version != FilterContent(filter: .rbac, rules: [rules[0]]).version)
  }
}
