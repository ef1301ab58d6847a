internal import MeshModel

/// Subjects that were acted on before: for how long, how often, and with what success.
extension LoopEngine {
  /// What earlier actions against the subject say about a further one.
  ///
  /// After a failure a subject is not left alone, or failing would be an escape; but what failed
  /// again and again needs a human.
  func standing(
    of action: ActionRecord, _ policy: ResponsePolicy, at now: Timestamp
  ) -> Refusal? {
    if action.course.harmed, action.stage.isLessened, !action.isShadow {
      return .harmedNeighbours
    }
    if action.course.failures >= LoopLimits.failures {
      return .failedRepeatedly(times: action.course.failures)
    }
    // A step within an action has its deadline already, and an operator knows what came before.
    guard action.generation == 0, action.detection.detector != .order else { return nil }
    if let until = rejectedUntil(action, policy), now < until { return .cooldown(until: until) }
    let recent = closed(against: action.subject, in: action.lane).filter { _, _, at in
      now < at.adding(milliseconds: policy.guardrails.cooldownMilliseconds)
    }
    // Two witnesses of new misdeeds are a relapse; a weaker suspicion waits, and so does everything
    // that an operator took back.
    let barring = recent.filter { earlier, ending, _ in
      earlier.course.revertedBy != nil
        || ending.isComplete && !isCorroborated(action.detection, policy)
    }
    if let latest = barring.map(\.2).max() {
      return .cooldown(
        until: latest.adding(milliseconds: policy.guardrails.cooldownMilliseconds))
    }
    let failures = recent.count { _, ending, _ in ending.name == "failed" }
    if failures >= LoopLimits.failures { return .failedRepeatedly(times: failures) }
    return continuousTimeLeft(of: action, at: now) <= 0
      ? .continuousTime(hours: Int(limits.maxContinuousMilliseconds / 3_600_000)) : nil
  }

  /// Until when an operator's no to what alerts call for holds: they are told again and again, also under
  /// new names, and nobody is to be asked each time. A second sender is something new.
  private func rejectedUntil(_ action: ActionRecord, _ policy: ResponsePolicy) -> Timestamp? {
    guard action.detection.detector == .alert else { return nil }
    let isCorroborated = isCorroborated(action.detection, policy)
    return actions.values.compactMap { earlier in
      guard earlier.subject == action.subject, earlier.policy == action.policy,
        earlier.detection.detector == .alert, earlier.wasRejected,
        case .closed(_, let at) = earlier.state,
        !isCorroborated || self.isCorroborated(earlier.detection, policy)
      else { return nil }
      return at.adding(milliseconds: policy.guardrails.cooldownMilliseconds)
    }.max()
  }

  /// The course of a new action: how often its subject had been let go and turned bad again, and
  /// whether acting on it harmed others.
  func course(of subject: Subject, in lane: Lane, at now: Timestamp) -> ActionCourse {
    var course = ActionCourse()
    guard
      let (earlier, ending, at) = closed(against: subject, in: lane).max(by: {
        ($0.2, $0.0.id) < ($1.2, $1.0.id)
      }),
      now < at.adding(milliseconds: LoopLimits.relapseMilliseconds)
    else { return course }
    course.harmed = earlier.course.harmed
    course.relapses = earlier.course.relapses
    if ending.isComplete, earlier.course.revertedBy == nil { course.relapses += 1 }
    return course
  }

  /// Milliseconds the subject may be acted on by this action, when what came shortly before it
  /// counts too; what humans approved does not.
  func continuousTimeLeft(of action: ActionRecord, at now: Timestamp) -> Int64 {
    guard !action.course.isApproved else { return limits.maxContinuousMilliseconds }
    var left = limits.maxContinuousMilliseconds
    var begin = now
    let automatic = closed(against: action.subject, in: action.lane).filter {
      !$0.0.course.isApproved
    }
    for (earlier, _, at) in automatic.sorted(by: { $0.2 > $1.2 }) {
      guard begin < at.adding(milliseconds: LoopLimits.continuousGapMilliseconds) else { break }
      begin = min(begin, earlier.proposedAt)
      left -= Int64(at.milliseconds(since: earlier.proposedAt))
    }
    return left
  }

  /// Closed actions of the lane that were in force against the subject.
  private func closed(
    against subject: Subject, in lane: Lane
  ) -> [(ActionRecord, Ending, Timestamp)] {
    actions.values.compactMap { earlier in
      guard earlier.subject == subject, earlier.lane == lane, earlier.generation > 0,
        case .closed(let ending, let at) = earlier.state
      else { return nil }
      return (earlier, ending, at)
    }
  }
}
