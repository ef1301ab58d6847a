internal import Access
internal import Console
internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension ActionFile {
  /// What a person needs to judge an action. While it waits, its end is what it would be if it began
  /// now.
  init(
    _ action: ActionRecord, _ look: ConsoleLook, events: [HistoryEvent]? = nil,
    objects: [WrittenObject] = [], neighbours: [Neighbour] = [], stoppedShare: Double? = nil
  ) {
    let snapshot = look.snapshot
    let policy = snapshot.policies.first { $0.name == action.policy }
    var approval: Approval?
    var notAfter = action.notAfter
    if case .awaitingApproval(let until) = action.state {
      let steps = policy?.steps ?? []
      let needed = steps.indices.contains(action.step) ? steps[action.step].approval?.count : nil
      approval = Approval(until: until, needed: needed ?? 1)
      if let policy {
        notAfter = snapshot.at.adding(milliseconds: policy.revert.ttlMilliseconds)
      }
    }
    let detection = action.detection
    // An order's reason stands where it was written down.
    let told = detection.detector == .order ? events?.first { $0.event == "intent" }?.detail : nil
    self.init(
      view: ActionView(action, fingerprint: snapshot.fingerprints[action.id], events: events),
      proposedAt: action.proposedAt, notAfter: notAfter, isShadow: action.isShadow,
      isOpen: !action.state.isClosed, approval: approval,
      finding: Finding(
        at: detection.at, onset: detection.onset, score: detection.score,
        corroborated: detection.corroborated,
        reason: told ?? (detection.detector == .order ? "an operator's order" : detection.reason),
        destinations: detection.destinations.map(\.description),
        witnesses: detection.witnesses.map(\.description),
        trafficShare: detection.trafficShare),
      stoppedShare: stoppedShare, objects: objects, neighbours: neighbours,
      orders: look.may(
        Self.orders(on: action, by: look.caller.name), in: action.subject.principal.namespace))
  }

  /// What its state allows, to somebody who did not approve it already.
  private static func orders(on action: ActionRecord, by name: String) -> [Order] {
    switch action.state {
    case .awaitingApproval:
      action.course.approvals.contains { $0.isOf(name) } ? [.reject] : [.approve, .reject]
    case .recording, .applying, .verifying: [.revert]
    case .holding: [.revert, .extend]
    case .releasing(.step, _), .verifyingRelease(.step, _): [.revert]
    case .releasing(.final, _), .verifyingRelease(.final, _), .closed: []
    }
  }
}

extension Neighbour {
  init(_ health: NeighbourHealth) {
    self.init(
      caller: health.caller.description, before: health.before, since: health.since,
      isHarmed: health.isHarmed)
  }
}
