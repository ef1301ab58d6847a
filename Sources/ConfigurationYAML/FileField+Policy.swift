extension FileField {
  static let ofPolicies: [FileField] =
    [
      FileField("metadata", "mapping", required: true, "What the policy is called."),
      FileField(
        "metadata.name", "text", required: true, example: "lateral-movement",
        "The policy's name in lists, in the history, and in the console."),
      FileField("spec", "mapping", required: true, "What the policy says."),
      FileField(
        "spec.mode", "observe, shadow, approve or enforce", standard: "enforce",
        example: "approve",
        "observe records detections, shadow has the proxies say what they would have done, approve"
          + " asks a person for every action, enforce acts."),
    ] + matches + scope + steps + ends + guardrails

  private static let matches = [
    FileField(
      "spec.match", "list", required: true,
      "Which detections it answers: those that any item fits. An item is one of score, anomaly,"
        + " sigma, alert and indicator."),
    FileField("spec.match[].score", "mapping", "A detector that has a score of its own."),
    FileField(
      "spec.match[].score.detector",
      "lateral-movement, auth-failures, beaconing or service-traffic", required: true,
      example: "lateral-movement",
      "Which one. The last two blame nobody, so spec.mode must be observe."),
    FileField(
      "spec.match[].score.above", "number from 0 to below 1", required: true, example: "0.99",
      "From which score on."),
    FileField(
      "spec.match[].anomaly", "mapping", "A departure from what is usual of the subject."),
    FileField(
      "spec.match[].anomaly.level", "observe, throttle or quarantine", required: true,
      example: "throttle",
      "How rarely chance alone departs so far: once in 1,000 active seconds, in ten days, or in a"
        + " thousand days and in two ways."),
    FileField(
      "spec.match[].sigma", "mapping", "Matches of Sigma rules; all that is given must fit."),
    FileField(
      "spec.match[].sigma.tag", "text", example: "attack.t1110",
      "A tag of the rule; attack.t1110 covers its sub-techniques."),
    FileField(
      "spec.match[].sigma.minLevel", "informational, low, medium, high or critical",
      standard: "informational", example: "high", "The least level of the rule."),
    FileField("spec.match[].sigma.rule", "text", example: "web-scanner", "The rule's name or id."),
    FileField(
      "spec.match[].alert", "mapping", "Alerts of other systems; all that is given must fit."),
    FileField(
      "spec.match[].alert.minSeverity", "informational, low, medium, high or critical",
      standard: "informational", example: "high", "The least severity."),
    FileField(
      "spec.match[].alert.name", "text", example: "KubePodCrashLooping", "What kind of alert it is."
    ),
    FileField(
      "spec.match[].alert.sender", "text", example: "alerts",
      "Who sent it, as signals.senders names it."),
    FileField(
      "spec.match[].indicator", "mapping", "Indicators of feeds; all that is given must fit."),
    FileField(
      "spec.match[].indicator.minConfidence", "number from 1 to 100", required: true, example: "80",
      "From which confidence on."),
    FileField(
      "spec.match[].indicator.feed", "text", example: "blocklist",
      "Whose it is, as threats.feeds names it."),
    FileField(
      "spec.match[].indicator.type", "address, domain, url, agent or fingerprint",
      example: "address",
      "What it is; without it all but agents and fingerprints."),
  ]

  private static let scope = [
    FileField("spec.scope", "mapping", "Who can be its subject."),
    FileField(
      "spec.scope.namespaces", "list of texts", standard: "[]", example: "[shop]",
      "Namespaces of its subjects; an empty list covers all."),
    FileField(
      "spec.scope.never", "list of SPIFFE IDs, or of beginnings that end in *", standard: "[]",
      example: "[\"spiffe://shop.example/ns/ops/*\"]", "Who is never its subject."),
    FileField(
      "spec.scope.clients", "true or false", standard: "false", example: "true",
      "Whether clients of gateways are its subjects in place of workloads; the rest then speaks of"
        + " the gateway."),
  ]

  private static let steps =
    [
      FileField(
        "spec.steps", "list", required: true,
        "What is done, from the mildest on: throttle, reroute, quarantine; tighten-mtls stands alone."
      ),
      FileField(
        "spec.steps[].action", "throttle, reroute, quarantine or tighten-mtls", required: true,
        example: "quarantine", "What is done to the subject."),
      FileField("spec.steps[].with", "mapping", "What a throttle or a reroute needs to know."),
      FileField(
        "spec.steps[].with.rate", "requests a second, such as 20/s", required: true,
        example: "20/s",
        "Of a throttle: what every proxy lets through."),
      FileField(
        "spec.steps[].with.burst", "number from 1 to 1,000,000", example: "40",
        "Of a throttle: requests at once; the rate where it is left out."),
      FileField(
        "spec.steps[].with.cluster", "text", required: true, example: "decoy",
        "Of a reroute: the proxies' cluster that answers instead."),
      FileField(
        "spec.steps[].hold", "time, such as 90s", standard: "60s", example: "90s",
        "How long the step holds before fresh, corroborated evidence may take the next one."),
      FileField(
        "spec.steps[].approval", "mapping",
        "Of the first step: who must agree before it takes effect. An extension by an operator asks"
          + " nobody else."),
      FileField(
        "spec.steps[].approval.count", "number from 1 to 5", standard: "1", example: "2",
        "How many operators, each another one."),
      FileField(
        "spec.steps[].approval.unless", "confidence >= N, with N between 0 and 1",
        example: "\"confidence >= 0.99\"", "From which corroborated score on nobody is asked."),
      FileField(
        "spec.steps[].approval.expires", "time, such as 10m", standard: "10m", example: "5m",
        "How long it waits for them; then nothing is done."),
      FileField(
        "spec.steps[].withoutWitness", "approve, or a mapping", standard: "approve",
        "Of the first step, where it needs two reporters: what it becomes on the word of one."),
      FileField(
        "spec.steps[].withoutWitness.throttle", "mapping", required: true,
        "A throttle in place of asking; not of tighten-mtls."),
    ] + rate("spec.steps[].withoutWitness.throttle")

  private static let ends =
    [
      FileField("spec.verify", "mapping", "How it is proved, and what follows when it is not."),
      FileField(
        "spec.verify.within", "time of at most 300s", standard: "5s", example: "10s",
        "Within which the proof is awaited, twice."),
      FileField(
        "spec.verify.onFailure", "revert or keep", standard: "revert", example: "keep",
        "What becomes of an action that is not proved: taken back, or kept until its deadline."),
      FileField(
        "spec.verify.onHarm", "lessen or keep", standard: "lessen", example: "keep",
        "What becomes of it where callers that did nothing fail since: a quarantine or a reroute"
          + " becomes a throttle, or stays."),
      FileField("spec.revert", "mapping", required: true, "How it ends."),
      FileField(
        "spec.revert.ttl", "time, such as 15m", required: true, example: "15m",
        "How long it lasts at most; proxies end it by themselves. limits.maxTTL of the configuration"
          + " caps it."),
      FileField(
        "spec.revert.when", "mapping", standard: "{scoreBelow: 0.4, for: 3m}",
        "When it ends earlier."),
      FileField(
        "spec.revert.when.scoreBelow", "number from 0 to below 1", required: true, example: "0.3",
        "Below which score the subject counts as quiet."),
      FileField(
        "spec.revert.when.for", "time, such as 3m", required: true, example: "5m",
        "How long it must stay quiet; each relapse within a day doubles it, up to sixteen times."),
      FileField(
        "spec.revert.through", "mapping", standard: "{rate: 20/s, burst: 40}",
        "The throttle between a quarantine and nothing."),
    ] + rate("spec.revert.through")

  private static let guardrails = [
    FileField(
      "spec.guardrails", "mapping",
      "What it may not go beyond; limits of the configuration count"
        + " as well."),
    FileField(
      "spec.guardrails.maxActive", "number from 1 to 10,000", standard: "5", example: "3",
      "Its actions in force at once."),
    FileField(
      "spec.guardrails.cooldown", "time, such as 10m", standard: "10m", example: "30m",
      "For how long after a release one reporter's word is not enough."),
    FileField(
      "spec.guardrails.maxTrafficShare", "number above 0, at most 1", standard: "1",
      example: "0.2",
      "A subject that sent a larger share of the mesh's requests, in the five minutes before its"
        + " misdeeds, is left to a human."),
    FileField(
      "spec.guardrails.minHealthyEndpoints", "number from 0 to 10,000", standard: "0",
      example: "1",
      "Endpoints of the subject that must stay untouched. A quarantine reaches all of them, so above"
        + " 0 no workload is quarantined."),
  ]

  private static func rate(_ path: String) -> [FileField] {
    [
      FileField(
        path + ".rate", "requests a second, such as 20/s", required: true, example: "10/s",
        "What every proxy lets through."),
      FileField(
        path + ".burst", "number from 1 to 1,000,000", example: "30",
        "Requests at once; the rate where it is left out."),
    ]
  }
}
