internal import MeshModel

/// What other systems report. All alerts about a subject come together, and each policy answers the
/// gravest that it matches, in the policies' order: none hides another.
extension LoopEngine {
  mutating func reported(
    _ alerts: [Detection], about subject: Subject, resolved: Set<String>, id: ActionID,
    at now: Timestamp
  ) {
    self.alerts[subject] = alerts.isEmpty ? nil : alerts
    for (key, entry) in waiting
    where key.subject == subject && entry.detection.isAlert(of: resolved) {
      waiting[key] = nil
    }
    for action in openActions
    where action.subject == subject && action.detection.isAlert(of: resolved)
      && action.policy != ResponsePolicy.orderName
    {
      settle(action, at: now)
    }
    for lane in Lane.allCases {
      let answers = policies.filter { $0.lane == lane }.compactMap { policy in
        alerts.first(where: policy.matches)
      }
      let laneID = lane == .pressing ? id : id.sibling(lane.rawValue)
      // What is open may go on by each policy; what is new is the first policy's.
      let isOpen = openActions.contains { $0.subject == subject && $0.lane == lane }
      for detection in answers.prefix(isOpen ? answers.count : 1) {
        detected(detection, id: laneID, in: lane, at: now)
      }
    }
  }

  /// The gravest alert against the subject that the action's policy answers; 0 for none, and for what
  /// no alert led to.
  func reportedScore(of action: ActionRecord) -> Double {
    guard action.detection.detector == .alert else { return 0 }
    let policy = policy(of: action)
    let standing = alerts[action.subject] ?? []
    return standing.first { policy?.matches($0) ?? true }?.score ?? 0
  }

  /// The alert that led to the action is over. Another that stands takes its place, by the same policy
  /// or by another that would act; what two senders were needed for is lessened when one is left. What
  /// the mesh itself sees of the subject is detected anew.
  private mutating func settle(_ open: ActionRecord, at now: Timestamp) {
    let standing = alerts[open.subject] ?? []
    // Of a policy that is gone nobody knows what it answered.
    if policy(of: open) == nil, !standing.isEmpty { return }
    guard let (policy, detection) = successor(of: open, among: standing) else {
      letGo(open, at: now)
      return
    }
    var action = open
    action.detection = detection
    if policy.name != action.policy {
      action.policy = policy.name
      action.step = 0
    }
    guard action.stage.needsTwoWitnesses, !action.course.isApproved,
      !isCorroborated(detection, policy)
    else {
      actions[action.id] = action
      return
    }
    switch open.state {
    case .awaitingApproval, .releasing, .verifyingRelease, .closed: actions[action.id] = action
    case .recording, .applying, .verifying, .holding: letGo(action, at: now)
    }
  }

  private func successor(
    of open: ActionRecord, among standing: [Detection]
  ) -> (ResponsePolicy, Detection)? {
    let own = policies.filter { $0.name == open.policy }
    let mode: ResponsePolicy.Mode = open.isShadow ? .shadow : .enforce
    // What is not in force yet is another action by another policy.
    let others =
      open.isInForce ? policies.filter { $0.mode == mode && $0.lane == open.lane } : []
    for policy in own + others {
      if let detection = standing.first(where: policy.matches) { return (policy, detection) }
    }
    return nil
  }

  /// A quarantine by way of the throttle, all else at once; a step down under way goes on.
  private mutating func letGo(_ action: ActionRecord, at now: Timestamp) {
    let sender = action.detection.alert?.sender ?? "nobody"
    let reason = "\(sender) no longer reports what led to it"
    switch action.state {
    case .awaitingApproval:
      close(action, .refused(.alertResolved), detail: reason, at: now)
    case .recording where !action.isInForce:
      close(action, .refused(.alertResolved), detail: reason, at: now)
    case .recording(.quarantine?, _) where !action.isShadow, .applying, .verifying, .holding:
      let isCutOff = action.stage == .quarantine && !action.isShadow
      release(action, isCutOff ? .step : .final(.released), because: reason, at: now)
    case .recording: release(action, .final(.released), because: reason, at: now)
    case .releasing, .verifyingRelease, .closed: break
    }
  }
}

extension Detection {
  fileprivate func isAlert(of incidents: Set<String>) -> Bool {
    alert.map { incidents.contains($0.incident) } ?? false
  }
}
