package import MeshModel

/// Judges every enforcement on its way out, and knows nothing of why it was planned.
///
/// It shares no code with the decision core: it hears for itself what was detected, what became
/// durable and what was withdrawn, and keeps its own accounts. What it objects to is not done. It is
/// never asked about a withdrawal.
package struct PlanCheck: Sendable {
  private let bounds: PlanBounds
  /// When a cause to act on a subject was last heard.
  private var causes: [Subject: Timestamp] = [:]
  private var intents: [ActionID: Intent] = [:]
  /// What was let through and not withdrawn, until its deadline.
  private var live: [ActionID: Live] = [:]

  private struct Intent {
    var subject: Subject
    var stages: Set<Stage>
    var isShadow: Bool
    var notAfter: Timestamp
    /// Nil for what an earlier process intended, under its own limits and clock.
    var firstHeard: Timestamp?
    /// What an operator ordered beyond that, and when.
    var grant: (until: Timestamp, at: Timestamp)?
    /// When the latest of such orders became durable.
    var extendedAt: Timestamp?
  }

  private struct Live {
    var subject: Subject
    var isShadow: Bool
    var until: Timestamp
  }

  package init(_ bounds: PlanBounds) {
    self.bounds = bounds
  }

  /// A detection, or what an operator ordered or approved. The oldest make room: a flood of made-up
  /// subjects must not keep a new one out.
  package mutating func heard(of subject: Subject, at now: Timestamp) {
    if causes[subject] == nil, causes.count >= Self.maximumCauses {
      let newer = causes.values.sorted()[Self.maximumCauses / 2]
      causes = causes.filter { $0.value > newer }
    }
    causes[subject] = now
  }

  /// The store holds this intent.
  package mutating func stored(_ intent: Enforcement, at now: Timestamp) {
    if var known = intents[intent.action] {
      known.stages.insert(intent.stage)
      // A later deadline is no part of what was first intended, unless an operator just ordered it.
      let isGranted = known.grant.map {
        intent.notAfter <= $0.until && now < $0.at.adding(milliseconds: Self.graceMilliseconds)
      }
      if intent.notAfter > known.notAfter, isGranted == true {
        known.notAfter = intent.notAfter
        known.extendedAt = now
        known.grant = nil
      } else {
        known.notAfter = min(known.notAfter, intent.notAfter)
      }
      intents[intent.action] = known
      return
    }
    intents = intents.filter {
      now < $0.value.notAfter.adding(milliseconds: Self.graceMilliseconds)
    }
    intents[intent.action] = Intent(
      subject: intent.subject, stages: [intent.stage], isShadow: intent.isShadow,
      notAfter: intent.notAfter, firstHeard: now)
  }

  /// An operator ordered that the action may last so much longer.
  package mutating func extended(_ action: ActionID, milliseconds: Int64, at now: Timestamp) {
    guard let known = intents[action], (1...bounds.maxTTLMilliseconds).contains(milliseconds)
    else { return }
    intents[action]?.grant = (known.notAfter.adding(milliseconds: milliseconds), now)
  }

  /// What an earlier process left open: its intent is in the store, and it may be in force. `stages`
  /// are all that it may go on with.
  package mutating func adopted(
    _ enforcement: Enforcement, stages: Set<Stage>, at now: Timestamp
  ) {
    causes[enforcement.subject] = now
    intents[enforcement.action] = Intent(
      subject: enforcement.subject, stages: stages, isShadow: enforcement.isShadow,
      notAfter: enforcement.notAfter, firstHeard: nil)
    live[enforcement.action] = Live(
      subject: enforcement.subject, isShadow: enforcement.isShadow, until: enforcement.notAfter)
  }

  package mutating func withdrawn(_ action: ActionID) { live[action] = nil }

  /// What speaks against sending it; nil lets it through.
  package mutating func objection(to plan: Enforcement, at now: Timestamp) -> Objection? {
    guard let intent = intents[plan.action] else { return .noStoredIntent }
    guard intent.subject == plan.subject else { return .otherSubject }
    guard intent.stages.contains(where: { $0 == plan.stage || Self.isLess(plan.stage, than: $0) })
    else { return .otherStage }
    guard intent.isShadow == plan.isShadow else { return .otherForce }
    guard plan.notAfter <= intent.notAfter else { return .extended }
    guard plan.notAfter <= latest(of: intent) else { return .tooLong }
    live = live.filter { now < $0.value.until }
    if let offender = bounds.selfTest, plan.subject == .workload(offender) {
      return objection(toSelfTest: plan, at: now)
    }
    if let reason = bounds.protects(plan.subject) { return .protected(reason) }
    // What is in force had its cause; by its success it makes no new one.
    let isFresh = causes[plan.subject].map {
      now < $0.adding(milliseconds: Self.causeMilliseconds)
    }
    guard live[plan.action] != nil || isFresh == true else { return .noCause }
    let isClient = plan.subject.isClient
    // What changes no answer is counted apart.
    let others = live.filter {
      $0.key != plan.action && $0.value.isShadow == plan.isShadow && !isSelfTest($0.value)
        && (plan.isShadow || $0.value.subject.isClient == isClient)
    }
    let most = plan.isShadow ? Self.maximumShadows : bounds.maxActive(clients: isClient)
    if live[plan.action] == nil, others.count >= most { return .tooMany(others.count) }
    letOut(plan)
    return nil
  }

  /// The self-test takes no room of others, and gets no more than it needs: one quarantine at a time
  /// of an offender that does not exist, a minute long, and found a moment ago.
  private mutating func objection(
    toSelfTest plan: Enforcement, at now: Timestamp
  ) -> Objection? {
    guard plan.stage == .quarantine else { return .otherStage }
    guard !plan.isShadow else { return .otherForce }
    guard let heard = causes[plan.subject],
      live[plan.action] != nil || now < heard.adding(milliseconds: Self.selfTestMilliseconds)
    else { return .noCause }
    let latest = heard.adding(
      milliseconds: Self.selfTestMilliseconds + Self.graceMilliseconds)
    guard plan.notAfter <= latest else { return .tooLong }
    guard !live.contains(where: { $0.key != plan.action && isSelfTest($0.value) }) else {
      return .tooMany(1)
    }
    letOut(plan)
    return nil
  }

  /// The longest that the configuration allows, from the first intent and from the latest extension.
  private func latest(of intent: Intent) -> Timestamp {
    let lifetime = bounds.maxTTLMilliseconds + Self.graceMilliseconds
    let continuous = bounds.maxContinuousMilliseconds + Self.graceMilliseconds
    guard let extended = intent.extendedAt else {
      return intent.firstHeard?.adding(milliseconds: lifetime) ?? intent.notAfter
    }
    return min(
      extended.adding(milliseconds: lifetime),
      intent.firstHeard?.adding(milliseconds: continuous) ?? intent.notAfter)
  }

  private func isSelfTest(_ live: Live) -> Bool {
    bounds.selfTest.map { live.subject == .workload($0) } ?? false
  }

  private mutating func letOut(_ plan: Enforcement) {
    live[plan.action] = Live(
      subject: plan.subject, isShadow: plan.isShadow, until: plan.notAfter)
  }

  /// A way down needs no intent of its own.
  private static func isLess(_ stage: Stage, than intended: Stage) -> Bool {
    switch (stage, intended) {
    case (.throttle, .quarantine), (.throttle, .reroute): true
    case (.throttle, .throttle), (.throttle, .tightenMTLS), (.quarantine, _), (.reroute, _),
      (.tightenMTLS, _):
      false
    }
  }

  /// Milliseconds a cause may wait for its approval: no approval waits longer than a day.
  private static let causeMilliseconds: Int64 = 90_000_000
  /// Milliseconds between a decision and its record, and past a deadline.
  private static let graceMilliseconds: Int64 = 10_000
  /// Milliseconds the rule of a self-test may last, and its cause may wait.
  private static let selfTestMilliseconds: Int64 = 60_000
  /// Shadows in force at once: each costs every proxy a rule.
  private static let maximumShadows = 100
  /// More subjects than a scoring shard can tell apart.
  private static let maximumCauses = 100_000
}
