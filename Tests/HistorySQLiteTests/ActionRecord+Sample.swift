internal import FeedbackLoop
internal import MeshModel

extension ActionRecord {
  /// An action against `reports`, proposed `number` seconds after 1970.
  static func sample(
    _ number: UInt64, _ state: ActionState, policy: String = "p"
  ) throws -> ActionRecord {
    let subject = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/reports")
    let at = Timestamp(seconds: Int64(number))
    var action = ActionRecord(
      id: ActionID(number: number), subject: .workload(subject), policy: policy, proposedAt: at,
      detection: Detection(
        subject: .workload(subject), detector: .authFailures, score: 0.99, corroborated: 0.99,
        failures: 1,
        total: 1, onset: at, at: at, destinations: [.unresolved("x"), .workload(subject)],
        witnesses: [subject]),
      state: state, step: 0, stage: .throttle(Rate(perSecond: 1, burst: 2)), notAfter: at)
    action.proxies[ProxyID(principal: subject, node: "n")] = ProxyEvidence()
    action.verdict = .inconclusive([Lack(rung: .accepted, proxy: nil, reason: "r")])
    return action
  }
}
