internal import Actuators
internal import MeshModel
internal import Testing

struct FilterContentTests {
  private static func identity(_ name: String) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)")
  }

  @Test("whatever differs in a rule makes another version")
  func versions() throws {
    let first = Rule(
      name: ActionID(number: 1).description, match: .peer(try Self.identity("reports")),
      stage: .throttle(Rate(perSecond: 5, burst: 10)), notAfter: Timestamp(seconds: 9))
    var rules = [first]
    func vary(_ change: (inout Rule) throws -> Void) rethrows {
      var rule = first
      try change(&rule)
      rules.append(rule)
    }
    vary { $0.name = ActionID(number: 2).description }
    vary { $0.notAfter = Timestamp(seconds: 10) }
    vary { $0.stage = .throttle(Rate(perSecond: 6, burst: 10)) }
    vary { $0.stage = .throttle(Rate(perSecond: 5, burst: 11)) }
    vary { $0.stage = .quarantine }
    vary { $0.stage = .tightenMTLS }
    vary { $0.match = .ownOutbound }
    vary { $0.match = .unauthenticatedPeer }
    vary { $0.isShadow = true }
    try vary { $0.match = .peer(try Self.identity("users")) }
    try vary { $0.match = .client(try #require(IPPrefix("192.0.2.7/32"))) }
    try vary { $0.prober = try Self.identity("flyball") }
    let versions = rules.map { FilterContent(filter: .throttle, rules: [$0]).version }
    #expect(Set(versions).count == rules.count)
  }
}
