internal import FeedbackLoop
internal import MeshModel

extension Plan {
  /// One incident from end to end and nothing else: attack, quarantine, step down, release.
  package static func reference(
    profile: AttackProfile = .blatant, attackMilliseconds: Int64 = 5_000
  ) -> Plan {
    let names = ["gateway", "vault", "orders", "users", "payments", "reports"]
    let workloads = names.enumerated().map { number, name in
      Workload(
        identity: identity(name), proxies: number == 3 ? 2 : 1,
        calls: [2 + number % 4, 2 + (number + 1) % 4].filter { $0 != number },
        pauseMilliseconds: 1_000)
    }
    let policy = ResponsePolicy(
      name: "scan", matches: [ScoreMatch(detector: .lateralMovement, above: 0.99)],
      steps: [
        PolicyStep(
          stage: .quarantine, withoutWitness: .throttle(Rate(perSecond: 5, burst: 5)))
      ],
      verify: VerifyTerms(withinMilliseconds: 2_000),
      revert: RevertTerms(
        ttlMilliseconds: 15_000, forMilliseconds: 2_000, through: Rate(perSecond: 5, burst: 5)),
      guardrails: PolicyGuardrails(maxActive: 2, cooldownMilliseconds: 5_000))
    let attack = Attacker(
      workload: 5, profile: profile, from: 1_000, until: 1_000 + attackMilliseconds)
    return Plan(
      seed: 1, mode: .liveness, workloads: workloads, attackers: [attack], policies: [policy],
      limits: LoopLimits(
        maxActive: 2, maxTTLMilliseconds: 60_000, protected: [pattern(identity("vault"))],
        gateways: [identity("gateway")]),
      faultsEnd: 0, end: attack.until + 60_000)
  }
}
