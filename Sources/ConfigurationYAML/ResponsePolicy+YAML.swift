internal import Anomaly
package import FeedbackLoop
internal import MeshModel
internal import Yams
package import YAMLNodes

extension ResponsePolicy {
  /// Parses one policy file; throws every mistake with its place.
  package static func parse(
    _ text: String, file: String
  ) throws(Diagnostics) -> ResponsePolicy {
    var reader = YAMLReader(file: file)
    let root: Node
    do {
      root = try YAMLDocument.parse(text, file: file)
    } catch {
      throw Diagnostics([error])
    }
    let policy = reader.policy(root)
    guard let policy, reader.diagnostics.isEmpty else { throw Diagnostics(reader.diagnostics) }
    return policy
  }
}

extension YAMLReader {
  fileprivate mutating func policy(_ root: Node) -> ResponsePolicy? {
    let top = fields(
      of: root, "the policy", required: ["apiVersion", "kind", "metadata", "spec"])
    expect("ResponsePolicy", top)
    guard let metadata = top["metadata"], let specNode = top["spec"] else { return nil }
    let name = policyName(metadata)
    let spec = fields(
      of: specNode, "spec", required: ["match", "steps", "revert"],
      optional: ["mode", "scope", "verify", "guardrails"])
    let mode = choice(spec["mode"], "spec.mode", ResponsePolicy.Mode.self)
    let matches = list(spec["match"], "spec.match").compactMap {
      match($0, isObserved: mode == .observe)
    }
    if let node = spec["match"], node.sequence?.isEmpty == true {
      fail("spec.match must not be empty", at: node)
    }
    let scope = self.scope(spec["scope"])
    let revert = self.revert(spec["revert"])
    if let node = spec["steps"], node.sequence?.isEmpty == true {
      fail("spec.steps must not be empty", at: node)
    }
    var steps: [PolicyStep] = []
    for (index, node) in list(spec["steps"], "spec.steps").enumerated() {
      guard let step = step(node, isFirst: index == 0) else { continue }
      check(step, after: steps.last, mode ?? .enforce, scope, at: node)
      steps.append(step)
    }
    let verify = self.verify(spec["verify"])
    let guardrails = self.guardrails(spec["guardrails"])
    guard let name, let revert, !matches.isEmpty, !steps.isEmpty else { return nil }
    return ResponsePolicy(
      name: name, mode: mode ?? .enforce, matches: matches, scope: scope, steps: steps,
      verify: verify, revert: revert, guardrails: guardrails)
  }

  private mutating func policyName(_ metadata: Node) -> String? {
    let node = fields(of: metadata, "metadata", required: ["name"])["name"]
    guard let node, let name = text(node, "metadata.name") else { return nil }
    let taken = [
      ResponsePolicy.orderName: "operators' orders bear it",
      ResponsePolicy.selfTestName: "the self-test bears it",
    ]
    if let bearer = taken[name] {
      fail("metadata.name must not be \(name): \(bearer)", at: node)
      return nil
    }
    return name
  }

  private mutating func match(_ node: Node, isObserved: Bool) -> ScoreMatch? {
    let fields = fields(
      of: node, "a match", required: [],
      optional: ["score", "anomaly", "sigma", "alert", "indicator"])
    if let anomaly = fields["anomaly"], fields.count == 1 {
      let terms = self.fields(of: anomaly, "anomaly", required: ["level"])
      return choice(terms["level"], "anomaly.level", AlarmLevel.self)
        .map { ScoreMatch(detector: .anomaly, above: $0.score) }
    }
    if let sigma = fields["sigma"], fields.count == 1 { return rules(sigma) }
    if let alert = fields["alert"], fields.count == 1 { return alerts(alert) }
    if let indicator = fields["indicator"], fields.count == 1 { return indicators(indicator) }
    guard let score = fields["score"], fields.count == 1 else {
      fail("a match needs either 'score', 'anomaly', 'sigma', 'alert' or 'indicator'", at: node)
      return nil
    }
    let terms = self.fields(of: score, "score", required: ["detector", "above"])
    let detector = choice(terms["detector"], "score.detector", Guard.self)
    let above = self.score(terms["above"], "score.above")
    guard let detector, let above else { return nil }
    if !detector.detector.blames, !isObserved, let node = terms["detector"] {
      fail(
        "score.detector \(detector.rawValue) blames nobody, so nothing may act on it:"
          + " spec.mode must be observe", at: node)
    }
    return ScoreMatch(detector: detector.detector, above: above)
  }

  private mutating func rules(_ node: Node) -> ScoreMatch? {
    let terms = fields(of: node, "sigma", required: [], optional: ["tag", "minLevel", "rule"])
    guard !terms.isEmpty else {
      fail("sigma needs 'tag', 'minLevel' or 'rule'", at: node)
      return nil
    }
    let level = choice(terms["minLevel"], "sigma.minLevel", SigmaLevel.self)
    let tag = text(terms["tag"], "sigma.tag")?.lowercased()
    let rule = text(terms["rule"], "sigma.rule")
    return ScoreMatch(
      detector: .rule, above: (level ?? .informational).score,
      rules: RuleTerms(tag: tag, rule: rule))
  }

  private mutating func indicators(_ node: Node) -> ScoreMatch? {
    let terms = fields(
      of: node, "indicator", required: ["minConfidence"], optional: ["feed", "type"])
    let least = integer(terms["minConfidence"], "indicator.minConfidence", in: 1...100)
    let feed = text(terms["feed"], "indicator.feed")
    let kind = choice(terms["type"], "indicator.type", MatchedIndicator.Kind.self)
    return least.map {
      ScoreMatch(
        detector: .indicator, above: MatchedIndicator.score($0),
        indicators: IndicatorTerms(feed: feed, kind: kind))
    }
  }

  private mutating func alerts(_ node: Node) -> ScoreMatch? {
    let terms = fields(
      of: node, "alert", required: [], optional: ["minSeverity", "name", "sender"])
    guard !terms.isEmpty else {
      fail("alert needs 'minSeverity', 'name' or 'sender'", at: node)
      return nil
    }
    let severity = choice(terms["minSeverity"], "alert.minSeverity", SigmaLevel.self)
    return ScoreMatch(
      detector: .alert, above: (severity ?? .informational).score,
      alerts: AlertTerms(
        name: text(terms["name"], "alert.name"), sender: text(terms["sender"], "alert.sender")))
  }

  private mutating func scope(_ node: Node?) -> PolicyScope {
    guard let node else { return PolicyScope() }
    let fields = fields(
      of: node, "scope", required: [], optional: ["namespaces", "never", "clients"])
    return PolicyScope(
      namespaces: list(fields["namespaces"], "scope.namespaces").compactMap {
        text($0, "a namespace")
      },
      never: patterns(fields["never"], "scope.never"),
      clients: boolean(fields["clients"], "scope.clients") ?? false)
  }

  private mutating func step(_ node: Node, isFirst: Bool) -> PolicyStep? {
    let fields = fields(
      of: node, "a step", required: ["action"],
      optional: ["with", "hold", "approval", "withoutWitness"])
    let hold = duration(fields["hold"], "hold")
    let approval = fields["approval"].flatMap { self.approval($0) }
    for name in ["approval", "withoutWitness"] {
      // A later step never starts without its second witness, and asks nobody.
      if !isFirst, let node = fields[name] {
        fail("\(name) applies to the first step only", at: node)
      }
    }
    guard let stage = stage(fields, at: node) else { return nil }
    let withoutWitness = fields["withoutWitness"].flatMap { self.withoutWitness($0) }
    if let node = fields["withoutWitness"] {
      if !stage.needsTwoWitnesses {
        fail(
          "withoutWitness is for actions that need two witnesses: \(stage.name) does not", at: node)
      } else if case .throttle(let rate)? = withoutWitness, !stage.isHarder(than: .throttle(rate)) {
        fail("withoutWitness of \(stage.name) can only be approve", at: node)
      }
    }
    return PolicyStep(
      stage: stage, holdSeconds: Int((hold ?? 60_000) / 1000), approval: approval,
      withoutWitness: withoutWitness ?? .approve)
  }

  private mutating func stage(_ fields: [String: Node], at node: Node) -> Stage? {
    let action = text(fields["action"], "action")
    switch action {
    case "throttle":
      guard let with = fields["with"] else {
        fail("throttle needs 'with: {rate: 20/s, burst: 40}'", at: node)
        return nil
      }
      return rate(with).map { .throttle($0) }
    case "reroute":
      guard let with = fields["with"] else {
        fail("reroute needs 'with: {cluster: decoy}'", at: node)
        return nil
      }
      return cluster(with).map { .reroute(to: $0) }
    case "quarantine", "tighten-mtls":
      if let with = fields["with"] { fail("\(action ?? "") takes no 'with'", at: with) }
      return action == "quarantine" ? .quarantine : .tightenMTLS
    case nil: return nil
    case let other?:
      fail(
        "action '\(other)' must be throttle, reroute, quarantine or tighten-mtls",
        at: fields["action"] ?? node)
      return nil
    }
  }

  private mutating func cluster(_ node: Node) -> ClusterName? {
    let fields = fields(of: node, "a reroute", required: ["cluster"])
    guard let name = text(fields["cluster"], "cluster") else { return nil }
    if let cluster = ClusterName(parsing: name) { return cluster }
    fail(
      "cluster '\(name)' is no name of a cluster: letters, digits and . _ | - are taken, at most 255",
      at: fields["cluster"] ?? node)
    return nil
  }

  /// `approve`, or a throttle.
  private mutating func withoutWitness(_ node: Node) -> PolicyStep.WithoutWitness? {
    if node.scalar?.string == "approve" { return .approve }
    guard case .mapping = node else {
      fail("withoutWitness must be approve or {throttle: {rate: 20/s, burst: 40}}", at: node)
      return nil
    }
    let fields = fields(of: node, "withoutWitness", required: ["throttle"])
    return fields["throttle"].flatMap { rate($0) }.map { .throttle($0) }
  }

  private mutating func rate(_ node: Node) -> Rate? {
    let fields = fields(of: node, "a throttle", required: ["rate"], optional: ["burst"])
    guard let perSecond = perSecond(fields["rate"], "rate") else { return nil }
    let burst = integer(fields["burst"], "burst", in: 1...1_000_000)
    return Rate(perSecond: perSecond, burst: UInt32(burst ?? Int(perSecond)))
  }

  private mutating func approval(_ node: Node) -> PolicyStep.Approval? {
    let fields = fields(
      of: node, "approval", required: [], optional: ["count", "unless", "expires"])
    let count = integer(fields["count"], "approval.count", in: 1...5)
    let expires = duration(fields["expires"], "approval.expires")
    var unless: Double?
    if let node = fields["unless"] {
      let words = (node.scalar?.string ?? "").split(separator: " ")
      if words.count == 3, words[0] == "confidence", words[1] == ">=",
        let value = Double(words[2]), value > 0, value < 1
      {
        unless = value
      } else {
        fail("approval.unless must be 'confidence >= N' with N between 0 and 1", at: node)
      }
    }
    return PolicyStep.Approval(
      count: count ?? 1, expiresSeconds: Int((expires ?? 600_000) / 1000), unlessConfidence: unless)
  }

  private mutating func verify(_ node: Node?) -> VerifyTerms {
    guard let node else { return VerifyTerms() }
    let fields = fields(
      of: node, "verify", required: [], optional: ["within", "onFailure", "onHarm"])
    let within = duration(fields["within"], "verify.within", atMost: 300_000)
    return VerifyTerms(
      withinMilliseconds: within ?? 5_000,
      onFailure: choice(fields["onFailure"], "verify.onFailure", VerifyTerms.OnFailure.self)
        ?? .revert,
      onHarm: choice(fields["onHarm"], "verify.onHarm", VerifyTerms.OnHarm.self) ?? .lessen)
  }

  private mutating func revert(_ node: Node?) -> RevertTerms? {
    guard let node else { return nil }
    let fields = fields(of: node, "revert", required: ["ttl"], optional: ["when", "through"])
    guard let ttl = duration(fields["ttl"], "revert.ttl") else { return nil }
    var terms = RevertTerms(ttlMilliseconds: ttl)
    if let node = fields["when"] {
      let when = self.fields(of: node, "revert.when", required: ["scoreBelow", "for"])
      if let value = score(when["scoreBelow"], "revert.when.scoreBelow") {
        terms.scoreBelow = value
      }
      if let value = duration(when["for"], "revert.when.for") { terms.forMilliseconds = value }
    }
    if let node = fields["through"], let rate = rate(node) { terms.through = rate }
    return terms
  }

  private mutating func guardrails(_ node: Node?) -> PolicyGuardrails {
    guard let node else { return PolicyGuardrails() }
    let fields = fields(
      of: node, "guardrails", required: [],
      optional: ["maxActive", "cooldown", "maxTrafficShare", "minHealthyEndpoints"])
    var guardrails = PolicyGuardrails()
    if let value = integer(fields["maxActive"], "guardrails.maxActive", in: 1...10_000) {
      guardrails.maxActive = value
    }
    if let value = duration(fields["cooldown"], "guardrails.cooldown") {
      guardrails.cooldownMilliseconds = value
    }
    if let value = share(fields["maxTrafficShare"], "guardrails.maxTrafficShare") {
      guardrails.maxTrafficShare = value
    }
    let endpoints = integer(
      fields["minHealthyEndpoints"], "guardrails.minHealthyEndpoints", in: 0...10_000)
    if let endpoints { guardrails.minHealthyEndpoints = endpoints }
    return guardrails
  }

  private mutating func check(
    _ step: PolicyStep, after earlier: PolicyStep?, _ mode: ResponsePolicy.Mode,
    _ scope: PolicyScope, at node: Node
  ) {
    if let earlier, !step.stage.isHarder(than: earlier.stage) {
      fail(
        "\(step.stage.name) cannot follow \(earlier.stage.name): steps rise from throttle over"
          + " reroute to quarantine, and tighten-mtls stands alone", at: node)
    }
    if step.stage == .tightenMTLS, scope.clients {
      fail("clients of gateways have no certificates that tighten-mtls could ask for", at: node)
    }
    guard mode == .shadow else { return }
    if case .throttle = step.stage {
      fail(
        "a throttle has no shadow: Envoy counts what it would limit, but names no request and no"
          + " action, so nothing could be proved", at: node)
    }
    if case .throttle = step.withoutWitness {
      fail(
        "in a shadow policy withoutWitness can only be approve: a throttle has no shadow", at: node)
    }
  }
}

/// The detectors that are matched by a score of their own.
private enum Guard: String, CaseIterable {
  case lateralMovement = "lateral-movement"
  case authFailures = "auth-failures"
  case beaconing
  case serviceTraffic = "service-traffic"

  var detector: Detector {
    switch self {
    case .lateralMovement: .lateralMovement
    case .authFailures: .authFailures
    case .beaconing: .beaconing
    case .serviceTraffic: .serviceTraffic
    }
  }
}
