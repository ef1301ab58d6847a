internal import Doctor
internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct PolicyCheckTests {
  private func policy(
    _ name: String, mode: ResponsePolicy.Mode = .enforce, above: Double = 0.99,
    detector: Detector = .lateralMovement, scope: PolicyScope = PolicyScope(),
    ttlMilliseconds: Int64 = 60_000
  ) -> ResponsePolicy {
    ResponsePolicy(
      name: name, mode: mode, matches: [ScoreMatch(detector: detector, above: above)],
      scope: scope, steps: [PolicyStep(stage: .quarantine)],
      revert: RevertTerms(ttlMilliseconds: ttlMilliseconds))
  }

  private func warnings(
    _ policies: [ResponsePolicy], limits: LoopLimits = LoopLimits(),
    namespaces: Set<String>? = ["shop"]
  ) -> [String] {
    PolicyCheck(
      policies: policies, limits: limits, trustDomain: "shop.demo", namespaces: namespaces
    ).findings.filter { $0.level != .ok }.map { "\($0.what): \($0.detail)" }
  }

  private func pattern(_ text: String) throws -> SPIFFEPattern { try SPIFFEPattern(parsing: text) }

  @Test("a sound policy is named with its mode and what it answers")
  func sound() {
    let findings = PolicyCheck(
      policies: [policy("p")], limits: LoopLimits(), trustDomain: "shop.demo", namespaces: nil
    ).findings
    #expect(findings == [.ok("policy p", "enforce, lateral-movement")])
  }

  @Test("a policy behind one that matches all it matches is told, and only then")
  func shadowed() throws {
    #expect(
      warnings([policy("a", above: 0.9), policy("b", above: 0.99)]) == [
        "policy b: answers no detection first: 'a' comes before it and matches all it matches"
      ])
    #expect(warnings([policy("a", above: 0.99), policy("b", above: 0.9)]).isEmpty)
    #expect(warnings([policy("a"), policy("b", detector: .authFailures)]).isEmpty)
    let narrow = PolicyScope(namespaces: ["shop"])
    #expect(warnings([policy("a", scope: narrow), policy("b")]).isEmpty)
    #expect(warnings([policy("a"), policy("b", scope: narrow)]).count == 1)
    let sparing = PolicyScope(never: [try pattern("spiffe://shop.demo/x")])
    #expect(warnings([policy("a", scope: sparing), policy("b")]).isEmpty)
    let limits = LoopLimits(gateways: [try SPIFFEID(parsing: "spiffe://shop.demo/gateway")])
    #expect(
      warnings([policy("a"), policy("b", scope: PolicyScope(clients: true))], limits: limits)
        .isEmpty)
  }

  @Test("patterns that leave nobody are told")
  func nobodyLeft() throws {
    let all = PolicyScope(never: [try pattern("spiffe://shop.demo/*")])
    #expect(
      warnings([policy("p", scope: all)]) == [
        "policy p: scope.never 'spiffe://shop.demo/*' leaves nobody to act on"
      ])
    let namespace = PolicyScope(
      namespaces: ["shop"], never: [try pattern("spiffe://shop.demo/ns/shop/*")])
    #expect(warnings([policy("p", scope: namespace)]).count == 1)
    let some = PolicyScope(never: [try pattern("spiffe://shop.demo/ns/shop/*")])
    #expect(warnings([policy("p", scope: some)]).isEmpty)
    let limits = LoopLimits(protected: [try pattern("spiffe://shop.demo/*")])
    #expect(
      warnings([policy("p")], limits: limits) == [
        "limits.protected: 'spiffe://shop.demo/*' protects every workload, so nothing is ever done"
      ])
  }

  @Test("a pattern of another trust domain is told")
  func foreign() throws {
    let scope = PolicyScope(never: [try pattern("spiffe://other/x")])
    #expect(warnings([policy("p", scope: scope)]).count == 1)
  }

  @Test("a namespace that no attached proxy has is told, where a daemon could be asked")
  func namespaces() {
    let scope = PolicyScope(namespaces: ["shop", "shpo"])
    #expect(
      warnings([policy("p", scope: scope)]) == [
        "policy p: no attached proxy is of namespace shpo"
      ])
    #expect(warnings([policy("p", scope: scope)], namespaces: nil).isEmpty)
  }

  @Test("a policy for clients needs a gateway, and a long lifetime is cut")
  func limits() {
    #expect(
      warnings([policy("p", scope: PolicyScope(clients: true))]) == [
        "policy p: it is for clients of gateways, and there is none"
      ])
    #expect(
      warnings([policy("p", ttlMilliseconds: 7_200_000)]) == [
        "policy p: its revert.ttl of 7200 s is cut to limits.maxTTL, 3600 s"
      ])
    #expect(warnings([policy("p", mode: .observe, ttlMilliseconds: 7_200_000)]).isEmpty)
  }
}
