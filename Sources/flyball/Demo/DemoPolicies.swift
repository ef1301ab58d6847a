/// The demonstration's policies: those of `rules/response`, with times short enough to watch.
enum DemoPolicies {
  /// `isMeasuring`: with a way back short enough to attack many times.
  static func files(isMeasuring: Bool) -> [String: String] {
    let calm = isMeasuring ? "200ms" : "4s"
    return [
      "credential-stuffing.yaml": policy("auth-failures", calm: calm),
      "lateral-movement.yaml": policy("lateral-movement", calm: calm),
    ]
  }

  private static func policy(_ detector: String, calm: String) -> String {
    """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: \(detector)}
    spec:
      match:
        - score: {detector: \(detector), above: 0.99}
      scope: {namespaces: [shop]}
      steps:
        - action: quarantine
          withoutWitness: {throttle: {rate: 20/s, burst: 40}}
      verify: {within: 3s, onFailure: revert}
      revert:
        ttl: 60s
        when: {scoreBelow: 0.4, for: \(calm)}
        through: {rate: 50/s, burst: 50}
      guardrails: {maxActive: 2, cooldown: 1ms}

    """
  }
}
