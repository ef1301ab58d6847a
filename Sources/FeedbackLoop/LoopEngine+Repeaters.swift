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
    if action.course.harmed, action.stage == .quarantine, !action.isShadow {
      return .harmedNeighbours
    }
    // A step within an action has its deadline already, and an operator knows what came before.
    guard action.generation == 0, action.detection.detector != .order else { return nil }
    var failures = 0
    for (earlier, ending, at) in closed(like: action) {
      let until = at.adding(milliseconds: policy.guardrails.cooldownMilliseconds)
      guard now < until else { continue }
      switch ending {
      case .released, .expired:
        // Two witnesses of new misdeeds are a relapse; a weaker suspicion waits, and so does
        // everything that an operator took back.
        if earlier.course.revertedBy != nil || !isCorroborated(action.detection, policy) {
          return .cooldown(until: until)
        }
      case .failed: failures += 1
      case .refused: break
      }
    }
    if failures >= LoopLimits.failures { return .failedRepeatedly(times: failures) }
    return continuousTimeLeft(of: action, at: now) <= 0
      ? .continuousTime(hours: Int(limits.maxContinuousMilliseconds / 3_600_000)) : nil
  }

  /// The course of a new action: how often its subject had been let go and turned bad again, and
  /// whether acting on it harmed others.
  func course(of action: ActionRecord, at now: Timestamp) -> ActionCourse {
    var course = ActionCourse()
    guard let (earlier, ending, at) = closed(like: action).max(by: { $0.2 < $1.2 }),
      now < at.adding(milliseconds: LoopLimits.relapseMilliseconds)
    else { return course }
    course.harmed = earlier.course.harmed
    course.relapses = earlier.course.relapses
    switch ending {
    case .released, .expired: course.relapses += 1
    case .failed, .refused: break
    }
    return course
  }

  /// Milliseconds the subject may be acted on by this action, when what came shortly before it
  /// counts too. An approved action has its own life.
  func continuousTimeLeft(of action: ActionRecord, at now: Timestamp) -> Int64 {
    guard action.course.approvedBy.isEmpty else { return limits.maxContinuousMilliseconds }
    var left = limits.maxContinuousMilliseconds
    var begin = now
    for (earlier, _, at) in closed(like: action).sorted(by: { $0.2 > $1.2 }) {
      guard begin < at.adding(milliseconds: LoopLimits.continuousGapMilliseconds) else { break }
      begin = min(begin, earlier.proposedAt)
      left -= Int64(at.milliseconds(since: earlier.proposedAt))
    }
    return left
  }

  /// Closed actions of its lane that were in force against its subject.
  private func closed(like action: ActionRecord) -> [(ActionRecord, Ending, Timestamp)] {
    actions.values.compactMap { earlier in
      guard earlier.subject == action.subject, earlier.lane == action.lane,
        earlier.generation > 0, case .closed(let ending, let at) = earlier.state
      else { return nil }
      return (earlier, ending, at)
    }
  }
}
