internal import Anomaly
package import FeedbackLoop
internal import MeshModel
internal import Yams

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
    let steps = list(spec["steps"], "spec.steps").enumerated().compactMap { index, node in
      step(node, isFirst: index == 0)
    }
    if let node = spec["steps"] { check(steps, at: node) }
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
    guard name != ResponsePolicy.orderName else {
      fail(
        "metadata.name must not be \(ResponsePolicy.orderName): operators' orders bear it", at: node
      )
      return nil
    }
    return name
  }

  private mutating func match(_ node: Node, isObserved: Bool) -> ScoreMatch? {
    let fields = fields(of: node, "a match", required: [], optional: ["score", "anomaly"])
    if let anomaly = fields["anomaly"], fields.count == 1 {
      let terms = self.fields(of: anomaly, "anomaly", required: ["level"])
      return choice(terms["level"], "anomaly.level", AlarmLevel.self)
        .map { ScoreMatch(detector: .anomaly, above: $0.score) }
    }
    guard let score = fields["score"], fields.count == 1 else {
      fail("a match needs either 'score' or 'anomaly'", at: node)
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
    let stage: Stage
    switch text(fields["action"], "action") {
    case "throttle":
      guard let with = fields["with"] else {
        fail("throttle needs 'with: {rate: 20/s, burst: 40}'", at: node)
        return nil
      }
      guard let rate = rate(with) else { return nil }
      stage = .throttle(rate)
    case "quarantine":
      if let with = fields["with"] { fail("quarantine takes no 'with'", at: with) }
      stage = .quarantine
    case nil: return nil
    case let other?:
      fail("action '\(other)' must be throttle or quarantine", at: fields["action"] ?? node)
      return nil
    }
    let withoutWitness = fields["withoutWitness"].flatMap { self.withoutWitness($0) }
    if stage != .quarantine, let node = fields["withoutWitness"] {
      fail("withoutWitness applies to quarantine only", at: node)
    }
    return PolicyStep(
      stage: stage, holdSeconds: Int((hold ?? 60_000) / 1000), approval: approval,
      withoutWitness: withoutWitness ?? .approve)
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

  private mutating func check(_ steps: [PolicyStep], at node: Node) {
    if node.sequence?.isEmpty == true { fail("spec.steps must not be empty", at: node) }
    if let quarantine = steps.firstIndex(where: { $0.stage == .quarantine }),
      quarantine != steps.count - 1
    {
      fail("a quarantine must be the last step", at: node)
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
