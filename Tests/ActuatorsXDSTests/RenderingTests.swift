@testable internal import ActuatorsXDS
internal import Actuators
internal import EnvoyAPI
internal import Foundation
internal import MeshModel
internal import SwiftProtobuf
internal import Testing

/// What is sent to Envoy, to the letter. `FLYBALL_GOLDEN=write` writes the files anew.
struct RenderingTests {
  private let deadline = Timestamp(microseconds: 1_795_255_199_123_456)

  private func rules(_ stage: Stage) throws -> [Rule] {
    let subject = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/reports")
    return [
      Rule(name: "fb-000000000001", match: .peer(subject), stage: stage, notAfter: deadline),
      Rule(
        name: "fb-000000000001.outbound", match: .ownOutbound, stage: stage, notAfter: deadline),
    ]
  }

  private func compare(
    _ content: FilterContent, _ type: any Message.Type, with name: String
  ) throws {
    for type in Self.packed { Google_Protobuf_Any.register(messageType: type) }
    let config = try Envoy_Config_Core_V3_TypedExtensionConfig(
      unpackingAny: try content.resource())
    #expect(config.name == content.filter.rawValue)
    let message = try type.init(serializedBytes: config.typedConfig.value)
    let object = try JSONSerialization.jsonObject(with: try message.jsonUTF8Data())
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    let text = config.typedConfig.typeURL + "\n" + String(decoding: data, as: UTF8.self) + "\n"
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test("a quarantine is one denial by identity and one for all outbound, each with its deadline")
  func quarantine() throws {
    try compare(
      FilterContent(filter: .rbac, rules: try rules(.quarantine)),
      Envoy_Extensions_Filters_Http_Rbac_V3_RBAC.self, with: "quarantine.json")
  }

  @Test(
    "the controller is denied the probe of an action, and nothing else, by the action's own rule")
  func probe() throws {
    var rules = try rules(.quarantine)
    rules[0].prober = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/flyball")
    try compare(
      FilterContent(filter: .rbac, rules: rules),
      Envoy_Extensions_Filters_Http_Rbac_V3_RBAC.self, with: "quarantine-probe.json")
  }

  @Test("in a tree the controller's entry looks the path up, with the same deadlines as the others")
  func probesInTree() throws {
    let prober = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/flyball")
    let rules = try peers(100).map { rule in
      var rule = rule
      rule.prober = prober
      return rule
    }
    let matcher = try #require(try filter(of: rules).matcher.matcherList.matchers.first)
    let identities = matcher.onMatch.matcher.matcherTree.exactMatchMap.map
    #expect(identities.count == 101)
    let tree = try #require(identities[prober.description]).matcher.matcherTree
    let input = try Envoy_Type_Matcher_V3_HttpRequestHeaderMatchInput(
      unpackingAny: tree.input.typedConfig)
    #expect(input.headerName == ":path")
    for number in 0..<100 {
      let action = ActionID(number: UInt64(number))
      let probe = try #require(tree.exactMatchMap.map[action.probePath])
      #expect(probe == identities[try peer(number).description])
      #expect(probe.hasExpression == (number < 8), "\(number)")
    }
    #expect(tree.exactMatchMap.map.count == 100)
  }

  @Test("a change of the controller's identity is a change of the content")
  func proberVersion() throws {
    var rules = try peers(1)
    let before = FilterContent(filter: .rbac, rules: rules).version
    rules[0].prober = try peer(9)
    #expect(FilterContent(filter: .rbac, rules: rules).version != before)
  }

  @Test("a throttle is one bucket by identity and one for all outbound, each with its deadline")
  func throttle() throws {
    try compare(
      FilterContent(
        filter: .throttle, rules: try rules(.throttle(Rate(perSecond: 20, burst: 40)))),
      Envoy_Extensions_Filters_Http_LocalRatelimit_V3_LocalRateLimit.self, with: "throttle.json")
  }

  @Test("a client is denied by the address of its connection, and IPv6 by its 64 bits")
  func clientQuarantine() throws {
    try compare(
      FilterContent(filter: .rbac, rules: try clientRules(.quarantine)),
      Envoy_Extensions_Filters_Http_Rbac_V3_RBAC.self, with: "quarantine-client.json")
  }

  @Test("a client is throttled by the address of its connection")
  func clientThrottle() throws {
    try compare(
      FilterContent(
        filter: .throttle, rules: try clientRules(.throttle(Rate(perSecond: 20, burst: 40)))),
      Envoy_Extensions_Filters_Http_LocalRatelimit_V3_LocalRateLimit.self,
      with: "throttle-client.json")
  }

  private func clientRules(_ stage: Stage) throws -> [Rule] {
    try ["203.0.113.7", "2001:db8:1:2:3::4"].enumerated().map { index, text in
      Rule(
        name: ActionID(number: UInt64(index)).description,
        match: .client(try #require(IPPrefix(client: text))), stage: stage, notAfter: deadline)
    }
  }

  @Test("Envoy's count of dropped log entries is read, and nothing else is taken for it")
  func drops() {
    let stats =
      "access_logs.grpc_access_log.logs_dropped: 17\naccess_logs.grpc_access_log.logs_written: 4"
    #expect(EnvoyAdmin.drops(inStats: Array(stats.utf8)) == 17)
    for text in ["", "logs_dropped: 3", "access_logs.grpc_access_log.logs_dropped: -1", "<html>"] {
      #expect(EnvoyAdmin.drops(inStats: Array(text.utf8)) == nil)
    }
  }

  @Test("more than four rules are one tree: by own outbound, by address, by identity")
  func tree() throws {
    let users = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/users")
    let later = deadline.adding(milliseconds: 1_000)
    let rules =
      try rules(.quarantine) + clientRules(.quarantine) + [
        Rule(name: "fb-000000000002", match: .peer(users), stage: .quarantine, notAfter: later)
      ]
    try compare(
      FilterContent(filter: .rbac, rules: rules),
      Envoy_Extensions_Filters_Http_Rbac_V3_RBAC.self, with: "quarantine-tree.json")
  }

  @Test("four rules are policies, five are a tree")
  func threshold() throws {
    for count in 1...6 {
      let filter = try filter(of: peers(count))
      #expect(filter.hasRules == (count <= 4), "\(count)")
      #expect(filter.hasMatcher == (count > 4), "\(count)")
    }
  }

  @Test("of many rules eight judge their own deadline, the others end with the first of them")
  func limit() throws {
    let matcher = try #require(try filter(of: peers(100)).matcher.matcherList.matchers.first)
    let entries = matcher.onMatch.matcher.matcherTree.exactMatchMap.map
    #expect(entries.count == 100)
    for number in 0..<100 {
      let entry = try #require(entries[peer(number).description])
      let action = entry.hasExpression ? entry.matcher.matcherList.matchers[0].onMatch : entry
      #expect(action.action.name == ActionID(number: UInt64(number)).description)
      #expect(entry.hasExpression == (number < 8), "\(number)")
    }
    let limit = try Xds_Type_Matcher_V3_CelMatcher(
      unpackingAny: matcher.predicate.singlePredicate.customMatch.typedConfig)
    #expect(
      limit.exprMatch.parsedExpr.expr
        == .call(
          "_&&_", .attribute("connection", "mtls"),
          .beforeSecond(of: deadline.adding(milliseconds: 8_000))))
  }

  @Test("of two rules for one subject the later deadline stays")
  func twoRules() throws {
    let rules = try peers(6).map { rule in
      var rule = rule
      rule.match = .peer(try peer(0))
      return rule
    }
    let matcher = try #require(try filter(of: rules).matcher.matcherList.matchers.first)
    let entries = matcher.onMatch.matcher.matcherTree.exactMatchMap.map
    #expect(
      entries.values.map { $0.matcher.matcherList.matchers[0].onMatch.action.name }
        == ["fb-000000000005"])
  }

  private static let packed: [any Message.Type] = [
    Envoy_Extensions_RateLimitDescriptors_Expr_V3_Descriptor.self,
    Envoy_Config_Rbac_V3_Action.self,
    Envoy_Extensions_Matching_CommonInputs_Network_V3_DirectSourceIPInput.self,
    Envoy_Extensions_Matching_CommonInputs_Ssl_V3_UriSanInput.self,
    Envoy_Extensions_Matching_InputMatchers_Ip_V3_Ip.self,
    Xds_Type_Matcher_V3_CelMatcher.self, Xds_Type_Matcher_V3_HttpAttributesCelMatchInput.self,
  ]

  private func peer(_ number: Int) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/w\(number)")
  }

  /// Rules that end one second after another.
  private func peers(_ count: Int) throws -> [Rule] {
    try (0..<count).map { number in
      Rule(
        name: ActionID(number: UInt64(number)).description, match: .peer(try peer(number)),
        stage: .quarantine, notAfter: deadline.adding(milliseconds: Int64(number) * 1_000))
    }
  }

  private func filter(of rules: [Rule]) throws -> Envoy_Extensions_Filters_Http_Rbac_V3_RBAC {
    let config = try Envoy_Config_Core_V3_TypedExtensionConfig(
      unpackingAny: try FilterContent(filter: .rbac, rules: rules).resource())
    return try .init(unpackingAny: config.typedConfig)
  }

  @Test("without rules the filters do nothing")
  func empty() throws {
    try compare(
      FilterContent(filter: .rbac, rules: []),
      Envoy_Extensions_Filters_Http_Rbac_V3_RBAC.self, with: "empty-rbac.json")
    try compare(
      FilterContent(filter: .throttle, rules: []),
      Envoy_Extensions_Filters_Http_LocalRatelimit_V3_LocalRateLimit.self,
      with: "empty-throttle.json")
    try compare(
      FilterContent(filter: .route, rules: []),
      Envoy_Extensions_Filters_Http_Lua_V3_Lua.self, with: "empty-route.json")
  }

  @Test("tightening denies inbound requests without a certificate, until its deadline")
  func tighten() throws {
    try compare(
      FilterContent(filter: .rbac, rules: [tightening]),
      Envoy_Extensions_Filters_Http_Rbac_V3_RBAC.self, with: "tighten.json")
  }

  private var tightening: Rule {
    Rule(
      name: "fb-000000000007", match: .unauthenticatedPeer, stage: .tightenMTLS,
      notAfter: deadline)
  }

  @Test("a shadow is in no field that enforces, and nothing enforced is in a shadow's")
  func shadow() throws {
    var shadows = try rules(.quarantine)
    for index in shadows.indices {
      shadows[index].isShadow = true
      shadows[index].name = shadows[index].name.replacing("001", with: "002")
    }
    try compare(
      FilterContent(filter: .rbac, rules: try rules(.quarantine) + shadows),
      Envoy_Extensions_Filters_Http_Rbac_V3_RBAC.self, with: "shadow.json")
    for (enforced, shadowed) in [(0, 3), (0, 6), (3, 6), (6, 3), (6, 6)] {
      var rules = try peers(enforced + shadowed)
      for index in rules.indices where index >= enforced { rules[index].isShadow = true }
      let filter = try filter(of: rules)
      #expect(filter.hasRules == (1...4).contains(enforced))
      #expect(filter.hasMatcher == (enforced > 4))
      #expect(filter.hasShadowRules == (1...4).contains(shadowed))
      #expect(filter.hasShadowMatcher == (shadowed > 4))
      #expect(filter.shadowRulesStatPrefix == "flyball_")
      let trees = [filter.matcher, filter.shadowMatcher].map {
        $0.matcherList.matchers.first?.onMatch.matcher.matcherTree.exactMatchMap.map.count ?? 0
      }
      #expect(filter.rules.policies.count + trees[0] == enforced)
      #expect(filter.shadowRules.policies.count + trees[1] == shadowed)
    }
  }

  @Test("a tree asks for tightening before it looks anybody up")
  func tightenInTree() throws {
    let list = try filter(of: try peers(5) + [tightening]).matcher.matcherList
    #expect(list.matchers.count == 2)
    #expect(list.matchers[0].onMatch.action.name == "fb-000000000007")
    let question = try Xds_Type_Matcher_V3_CelMatcher(
      unpackingAny: list.matchers[0].predicate.singlePredicate.customMatch.typedConfig)
    #expect(
      question.exprMatch.parsedExpr.expr
        == .call("_&&_", .isUnauthenticated, .before(deadline)))
  }

  @Test("a reroute is a script that holds identities, clusters, actions and deadlines")
  func route() throws {
    let decoy = Stage.reroute(to: try #require(ClusterName(parsing: "outbound|80||decoy.shop")))
    var rules = try peers(2) + clientRules(decoy)
    rules[0].stage = decoy
    rules[1].stage = decoy
    rules[1].isShadow = true
    // One address of a block is not its neighbours.
    rules.append(
      Rule(
        name: ActionID(number: 9).description,
        match: .client(try #require(IPPrefix("2001:db8:1:2:3::4"))), stage: decoy,
        notAfter: deadline))
    try compare(
      FilterContent(filter: .route, rules: rules),
      Envoy_Extensions_Filters_Http_Lua_V3_Lua.self, with: "route.json")
  }

  @Test("nothing that a name could hold ends a string of the script")
  func scriptStrings() throws {
    let decoy = Stage.reroute(to: try #require(ClusterName(parsing: "decoy")))
    let name = "a\"] = nil os.exit() --\\\n\u{e9}"
    var rule = try #require(try peers(1).first)
    rule.stage = decoy
    rule.name = name
    let script = RouteScript([rule]).text
    #expect(!script.contains(name))
    #expect(
      script.contains(
        #"{action = "a\034\093\032\061\032nil\032os.exit\040\041\032--\092\010\195\169","#))
    for text in ["a b", "a\"b", "a'b", "a\nb", "", "\u{e9}", String(repeating: "a", count: 256)] {
      #expect(ClusterName(parsing: text) == nil, "\(text)")
    }
  }
}

extension Matcher.OnMatch {
  /// Whether the entry judges its own deadline.
  fileprivate var hasExpression: Bool {
    switch onMatch {
    case .matcher: true
    case .action, nil: false
    }
  }
}
