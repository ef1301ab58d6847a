internal import ConfigurationYAML
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Testing
internal import YAMLNodes

struct ResponsePolicyTests {
  private let minimal = """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: p}
    spec:
      match: [{score: {detector: auth-failures, above: 0.99}}]
      steps: [{action: quarantine}]
      revert: {ttl: 15m}
    """

  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try ResponsePolicy.parse(text, file: "p.yaml")
      return []
    } catch {
      return error.all.map(\.description)
    }
  }

  @Test("only a match, a step and a lifetime are required")
  func minimalPolicy() throws {
    let policy = try ResponsePolicy.parse(minimal, file: "p.yaml")
    #expect(policy.mode == .enforce)
    #expect(policy.revert.ttlMilliseconds == 900_000)
    #expect(policy.steps.first?.withoutWitness == .approve)
  }

  @Test("a match of indicators needs a confidence and nothing more")
  func indicatorMatch() throws {
    let text = minimal.replacing(
      "score: {detector: auth-failures, above: 0.99}", with: "indicator: {minConfidence: 80}")
    let policy = try ResponsePolicy.parse(text, file: "p.yaml")
    #expect(
      policy.matches == [
        ScoreMatch(
          detector: .indicator, above: MatchedIndicator.score(80), indicators: IndicatorTerms())
      ])
  }

  @Test("every field is read")
  func fullPolicy() throws {
    let policy = try ResponsePolicy.parse(
      """
      apiVersion: flyball.dev/v1alpha1
      kind: ResponsePolicy
      metadata: {name: full}
      spec:
        mode: approve
        match:
          - score: {detector: lateral-movement, above: 0.9}
        scope: {namespaces: [shop], never: ["spiffe://shop.demo/ns/ops/*"]}
        steps:
          - action: throttle
            with: {rate: 20/s, burst: 40}
            hold: 90s
            approval: {count: 1, unless: "confidence >= 0.99", expires: 10m}
          - {action: quarantine}
        verify: {within: 250ms, onFailure: keep}
        revert: {ttl: 1h, when: {scoreBelow: 0.4, for: 3m}, through: {rate: 7/s, burst: 9}}
        guardrails: {maxActive: 3, cooldown: 10m}
      """, file: "p.yaml")
    #expect(
      policy
        == ResponsePolicy(
          name: "full", mode: .approve,
          matches: [ScoreMatch(detector: .lateralMovement, above: 0.9)],
          scope: PolicyScope(
            namespaces: ["shop"],
            never: [try SPIFFEPattern(parsing: "spiffe://shop.demo/ns/ops/*")]),
          steps: [
            PolicyStep(
              stage: .throttle(Rate(perSecond: 20, burst: 40)), holdSeconds: 90,
              approval: .init(expiresSeconds: 600, unlessConfidence: 0.99)),
            PolicyStep(stage: .quarantine),
          ],
          verify: VerifyTerms(withinMilliseconds: 250, onFailure: .keep),
          revert: RevertTerms(
            ttlMilliseconds: 3_600_000, scoreBelow: 0.4, forMilliseconds: 180_000,
            through: Rate(perSecond: 7, burst: 9)),
          guardrails: PolicyGuardrails(maxActive: 3, cooldownMilliseconds: 600_000)))
  }

  @Test("a quarantine says what it becomes on one reporter's word, and only as the first step")
  func withoutWitness() throws {
    let first = minimal.replacingOccurrences(
      of: "{action: quarantine}",
      with: "{action: quarantine, withoutWitness: {throttle: {rate: 5/s}}}")
    let policy = try ResponsePolicy.parse(first, file: "p.yaml")
    #expect(policy.steps.first?.withoutWitness == .throttle(Rate(perSecond: 5, burst: 5)))
    let later = minimal.replacingOccurrences(
      of: "[{action: quarantine}]",
      with: "[{action: throttle, with: {rate: 5/s}}, {action: quarantine, withoutWitness: approve}]"
    )
    #expect(mistakes(later) == ["p.yaml:6:87: withoutWitness applies to the first step only"])
  }

  @Test("an anomaly is matched by the level of its false alarms")
  func anomalyLevel() throws {
    let text = minimal.replacingOccurrences(
      of: "score: {detector: auth-failures, above: 0.99}", with: "anomaly: {level: throttle}")
    let match = try #require(try ResponsePolicy.parse(text, file: "p.yaml").matches.first)
    #expect(match.detector == .anomaly)
    #expect(match.above > 0.999_998 && match.above < 0.999_999)
    let unknown = text.replacingOccurrences(of: "level: throttle", with: "level: high")
    #expect(
      mistakes(unknown) == [
        "p.yaml:5:29: anomaly.level must be one of observe, throttle, quarantine"
      ])
  }

  @Test("what blames nobody can only be observed", arguments: ["beaconing", "service-traffic"])
  func observeOnly(detector: String) throws {
    let text = minimal.replacingOccurrences(of: "auth-failures", with: detector)
    let reason =
      "score.detector \(detector) blames nobody, so nothing may act on it: spec.mode must be observe"
    #expect(mistakes(text) == ["p.yaml:5:30: \(reason)"])
    for mode in ["enforce", "approve"] {
      let acting = text.replacingOccurrences(of: "spec:", with: "spec:\n  mode: \(mode)")
      #expect(mistakes(acting) == ["p.yaml:6:30: \(reason)"])
    }
    let mixed = minimal.replacingOccurrences(
      of: "match: [", with: "match: [{score: {detector: \(detector), above: 0.9}}, ")
    #expect(mistakes(mixed) == ["p.yaml:5:30: \(reason)"])
    let observing = text.replacingOccurrences(of: "spec:", with: "spec:\n  mode: observe")
    #expect(try ResponsePolicy.parse(observing, file: "p.yaml").mode == .observe)
  }

  @Test("every mistake is told, each with its place")
  func everyMistake() {
    let text = """
      apiVersion: flyball.dev/v1alpha1
      kind: ResponsePolicy
      metadata: {name: p}
      spec:
        mode: quiet
        match: [{score: {detector: nonsense, above: 1.5}}]
        steps: [{action: explode}]
        revert: {ttl: 0s}
        extra: 1
      """
    #expect(
      mistakes(text) == [
        "p.yaml:5:9: spec.mode must be one of observe, shadow, approve, enforce",
        "p.yaml:6:30: score.detector must be one of lateral-movement, auth-failures, beaconing,"
          + " service-traffic",
        "p.yaml:6:47: score.above must be a number from 0 to below 1",
        "p.yaml:7:20: action 'explode' must be throttle, reroute, quarantine or tighten-mtls",
        "p.yaml:8:17: revert.ttl must be a time such as 250ms, 60s, 15m or 1h, above 0 and at most"
          + " 86400s",
        "p.yaml:9:3: unknown key 'extra' in spec; known are guardrails, match, mode, revert, scope,"
          + " steps, verify",
      ])
  }

  @Test(
    "what a policy of another version could mean is refused, never ignored",
    arguments: [
      "match: [{signal: {tag: a}}]", "match: [{alert: {source: b}}]",
    ])
  func unsupported(line: String) {
    let text = minimal.replacingOccurrences(
      of: "match: [{score: {detector: auth-failures, above: 0.99}}]", with: line)
    #expect(mistakes(text).contains { $0.contains("unknown key") })
  }

  @Test("rules are matched by tag, level and name; a match that names nothing is refused")
  func rules() throws {
    func policy(_ terms: String) -> String {
      minimal.replacingOccurrences(
        of: "match: [{score: {detector: auth-failures, above: 0.99}}]",
        with: "match: [{sigma: {\(terms)}}]")
    }
    let match = try #require(
      try ResponsePolicy.parse(
        policy("tag: Attack.T1110, minLevel: high, rule: login"), file: "p.yaml"
      ).matches.first)
    #expect(
      match
        == ScoreMatch(
          detector: .rule, above: SigmaLevel.high.score,
          rules: RuleTerms(tag: "attack.t1110", rule: "login")))
    #expect(mistakes(policy("")) == ["p.yaml:5:19: sigma needs 'tag', 'minLevel' or 'rule'"])
    #expect(mistakes(policy("minLevel: grave")).first?.contains("must be one of") == true)
  }

  @Test("the guardrails of a policy are read, and bad ones named with their place")
  func guardrails() throws {
    let text = minimal + "\n  verify: {onHarm: keep}\n  guardrails: "
    let policy = try ResponsePolicy.parse(
      text + "{maxTrafficShare: 0.1, minHealthyEndpoints: 2}", file: "p.yaml")
    #expect(policy.guardrails.maxTrafficShare == 0.1)
    #expect(policy.guardrails.minHealthyEndpoints == 2)
    #expect(policy.verify.onHarm == .keep)
    let found = mistakes(text + "{maxTrafficShare: 10, minHealthyEndpoints: -1}")
    #expect(
      found.contains { $0.hasSuffix("maxTrafficShare must be a number above 0 and at most 1") })
    #expect(
      found.contains {
        $0.hasSuffix("minHealthyEndpoints must be a whole number from 0 to 10000")
      })
  }

  @Test("no policy can pass for an operator's order")
  func orderName() {
    let text = minimal.replacingOccurrences(of: "{name: p}", with: "{name: (operator)}")
    #expect(mistakes(text).contains { $0.contains("operators' orders bear it") })
  }

  @Test("what is no YAML, empty, huge, repeated or aliased is a mistake with its place")
  func malformed() {
    #expect(mistakes("").first == "p.yaml: the file is empty")
    #expect(mistakes("a: [").first?.hasPrefix("p.yaml:") == true)
    #expect(mistakes("a: 1\na: 2").first?.contains("the same key twice: a") == true)
    #expect(mistakes("a: &x [1]\nb: *x").first?.contains("1:4: anchors") == true)
    #expect(mistakes(String(repeating: "#", count: 300_000)).first?.contains("larger") == true)
    #expect(
      mistakes("[" + String(repeating: "1,", count: 30_000) + "1]").first?.contains("nodes")
        == true)
    #expect(mistakes("- 1").first == "p.yaml:1:1: the policy must be a mapping")
  }

  @Test("the shipped policies are valid")
  func shippedPolicies() throws {
    let rules = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../rules/response").standardized.path
    let files = try FileManager.default.contentsOfDirectory(atPath: rules)
    #expect(try PolicyFolder.load(rules).count == files.count)
  }
}

struct ConfigurationTests {
  private func text(_ proxies: String, rest: String = "") -> String {
    """
    apiVersion: flyball.dev/v1alpha1
    kind: Configuration
    mesh:
      trustDomain: shop.demo
      gateways: ["spiffe://shop.demo/ns/shop/sa/ingress"]
      services:
        - {principal: "spiffe://shop.demo/ns/shop/sa/payments"}
    listen:
      proxies: \(proxies)
      admin: 127.0.0.1:15020
      socket: flyball.sock
    history: history.db
    policies: /etc/flyball/policies
    \(rest)
    """
  }

  private func mistakes(_ text: String) -> [String] {
    do {
      _ = try Configuration.parse(text, file: "/etc/flyball/flyball.yaml")
      return []
    } catch {
      return error.all.map(\.message)
    }
  }

  @Test("relative paths are taken from the file's folder, and a service is known by its name")
  func defaults() throws {
    let configuration = try Configuration.parse(
      text("{address: 127.0.0.1:15010, insecure: true}"), file: "/etc/flyball/flyball.yaml")
    #expect(configuration.history == "/etc/flyball/history.db")
    #expect(configuration.policies == "/etc/flyball/policies")
    #expect(configuration.services.map(\.names) == [["payments"]])
    #expect(
      configuration.limits
        == LoopLimits(gateways: [try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/ingress")]))
  }

  @Test("plaintext must be asked for, and only on loopback")
  func plaintext() {
    #expect(
      mistakes(text("{address: 127.0.0.1:15010}")) == [
        "listen.proxies needs 'tls' (or 'insecure: true' on loopback)"
      ])
    #expect(
      mistakes(text("{address: 0.0.0.0:15010, insecure: true}")) == [
        "insecure is allowed on loopback only, not on 0.0.0.0:15010"
      ])
  }

  @Test("a certificate that cannot be read is named")
  func certificates() {
    let found = mistakes(
      text("{address: 127.0.0.1:1, tls: {certificate: a.pem, key: b.pem, clientRoots: c.pem}}"))
    #expect(
      found == [
        "tls.certificate: /etc/flyball/a.pem cannot be read",
        "tls.key: /etc/flyball/b.pem cannot be read",
        "tls.clientRoots: /etc/flyball/c.pem cannot be read",
      ])
  }

  @Test("a listener for logs over HTTP is as careful as the proxies' own")
  func logs() throws {
    let proxies = "{address: 127.0.0.1:15010, insecure: true}"
    let configuration = try Configuration.parse(
      text("\(proxies)\n  otlp: {address: 127.0.0.1:4318, insecure: true}"),
      file: "/etc/flyball/flyball.yaml")
    #expect(configuration.otlp?.address.description == "127.0.0.1:4318")
    #expect(configuration.otlp?.security == .insecure)
    #expect(
      try Configuration.parse(configuration.effectiveText, file: "/etc/flyball/x.yaml")
        == configuration)
    do {
      _ = try Configuration.parse(
        text("\(proxies)\n  otlp: {address: 10.0.0.5:4318, insecure: true, port: 1}"),
        file: "f.yaml")
      Issue.record("this is no configuration")
    } catch {
      #expect(
        error.all.map(\.description) == [
          "f.yaml:10:9: insecure is allowed on loopback only, not on 10.0.0.5:4318",
          "f.yaml:10:50: unknown key 'port' in listen.otlp; known are address, insecure, tls",
        ])
    }
    #expect(
      mistakes(text("\(proxies)\n  otlp: {address: 127.0.0.1:4318}")) == [
        "listen.otlp needs 'tls' (or 'insecure: true' on loopback)"
      ])
    let collectors = text(proxies).replacingOccurrences(
      of: "mesh:\n", with: "mesh:\n  collectors: [\"spiffe://shop.demo/collector\"]\n")
    #expect(mistakes(collectors).first?.hasPrefix("unknown key 'collectors' in mesh") == true)
  }

  @Test("the operators' group must be one of this machine")
  func socketGroup() throws {
    let listener = "{address: 127.0.0.1:15010, insecure: true}\n  socketGroup: "
    let configuration = try Configuration.parse(text(listener + "root"), file: "f.yaml")
    #expect(configuration.operatorGroup == 0)
    #expect(configuration.effectiveText.contains("socketGroup: \"root\""))
    let found = mistakes(text(listener + "no-such-group"))
    #expect(found.first?.contains("this machine has no group 'no-such-group'") == true)
  }

  @Test("the effective text parses to the same configuration")
  func effectiveText() throws {
    let configuration = try Configuration.parse(
      text(
        "{address: 127.0.0.1:15010, insecure: true}",
        rest: """
          limits: {maxActive: 3, maxActivePercent: 20, maxActivePerNamespace: 2, maxActionsPerHour: 7, \
          maxContinuous: 2h, maxTTL: 20m, protected: ["spiffe://shop.demo/ns/ops/*"]}
          proxies: [{principal: "spiffe://shop.demo/a", node: "a b", admin: 127.0.0.1:9901}]
          """), file: "/etc/flyball/flyball.yaml")
    #expect(
      try Configuration.parse(configuration.effectiveText, file: "/etc/flyball/x.yaml")
        == configuration)
  }
}
