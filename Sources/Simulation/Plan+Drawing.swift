internal import FeedbackLoop
internal import MeshModel

extension Plan {
  private static let names = [
    "gateway", "vault", "orders", "users", "payments", "reports", "catalog", "search",
  ]

  /// A mesh, attackers, policies and faults by a seed.
  package init(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let count = Int(random.between(5...Int64(Self.names.count)))
    let mode: Mode = random.chance(50) ? .safety : .liveness
    self.init(
      seed: seed, mode: mode, workloads: Self.drawWorkloads(count, &random), attackers: [],
      policies: Self.drawPolicies(&random), limits: Self.drawLimits(&random),
      faultsEnd: mode == .safety ? 60_000 : 25_000, end: mode == .safety ? 60_000 : 120_000)
    attackers = Self.drawAttackers(count, mode, &random)
    flushMilliseconds = random.pick([10, 50, 50, 200, 1_000])
    if random.chance(20) { travelMilliseconds = 1...300 }
    // Each run has its own mix; one in ten has none at all.
    let percent: UInt64 = random.pick([0, 10, 10, 20, 20, 20, 30, 30, 50, 70])
    for fault in Fault.allCases where random.chance(percent) { faults.insert(fault) }
    // So short that operators' extensions meet it.
    if faults.contains(.operators), random.chance(50) { limits.maxContinuousMilliseconds = 15_000 }
  }

  private static func drawWorkloads(_ count: Int, _ random: inout SeededRandom) -> [Workload] {
    (0..<count).map { number in
      let others = (0..<count).filter { $0 != number && $0 != 0 }
      return Workload(
        identity: identity(names[number]), proxies: random.chance(25) ? 2 : 1,
        calls: [random.pick(others), random.pick(others)],
        pauseMilliseconds: random.between(500...1_500))
    }
  }

  private static func drawAttackers(
    _ count: Int, _ mode: Mode, _ random: inout SeededRandom
  ) -> [Attacker] {
    let number = random.pick([1, 1, 1, 2, 3])
    var free = Array(0..<count)
    return (0..<number).map { _ in
      // Gateway and vault, which are protected, are attackers less often than others.
      var workload = random.pick(free)
      if workload < 2 { workload = random.pick(free) }
      free.removeAll { $0 == workload }
      let from = random.between(1_000...12_000)
      return Attacker(
        workload: workload, profile: random.pick(AttackProfile.allCases), from: from,
        until: mode == .liveness ? 70_000 : from + random.between(5_000...50_000))
    }
  }

  private static func drawLimits(_ random: inout SeededRandom) -> LoopLimits {
    LoopLimits(
      maxActive: Int(random.between(1...4)), maxActivePercent: random.pick([34, 50, 100]),
      maxActionsPerHour: random.pick([2, 6, 20, 20]),
      maxTTLMilliseconds: random.pick([10_000, 60_000]),
      protected: [pattern(identity("vault"))], gateways: [identity("gateway")])
  }

  private static func drawPolicies(_ random: inout SeededRandom) -> [ResponsePolicy] {
    var steps = [
      PolicyStep(
        stage: .quarantine,
        withoutWitness: random.chance(70) ? .throttle(Rate(perSecond: 5, burst: 5)) : .approve)
    ]
    if random.chance(30) {
      steps.insert(
        PolicyStep(stage: .throttle(Rate(perSecond: 5, burst: 5)), holdSeconds: 2), at: 0)
    }
    if random.chance(20) {
      steps[0].approval = PolicyStep.Approval(expiresSeconds: 5, unlessConfidence: 0.999)
    }
    let verify = VerifyTerms(
      withinMilliseconds: random.pick([1_000, 2_000, 3_000]),
      onFailure: random.chance(70) ? .revert : .keep)
    let revert = RevertTerms(
      ttlMilliseconds: random.pick([6_000, 12_000, 20_000]),
      forMilliseconds: random.pick([1_000, 2_000, 3_000]), through: Rate(perSecond: 5, burst: 5))
    let policy = ResponsePolicy(
      name: "scan", mode: random.chance(8) ? .approve : .enforce,
      matches: [ScoreMatch(detector: .lateralMovement, above: 0.99)], steps: steps,
      verify: verify, revert: revert,
      guardrails: PolicyGuardrails(
        maxActive: Int(random.between(1...3)), cooldownMilliseconds: random.pick([5_000, 8_000])))
    return [policy]
  }
}
