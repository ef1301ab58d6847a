internal import MeshModel

extension LoopEngine {
  /// Takes what became of a probe: a denial in the action's name proves a quarantine and speaks
  /// against its release, and a probe that was let through the reverse.
  ///
  /// A probe is the controller's own request: it proves at most what its reporter says of itself, and
  /// tells nothing about the subject.
  mutating func probed(_ probe: ProbeSighting, at proxy: ProxyID, now: Timestamp) {
    // Of a proxy that is not asked, it can only be made up.
    guard limits.probed.contains(proxy), var action = actions[probe.action],
      let sent = action.sentAt, probe.start >= sent,
      case .workload = action.subject, !action.isShadow, var evidence = action.proxies[proxy]
    else { return }
    let isKnown = evidence.probe != nil
    switch action.state {
    case .applying, .verifying, .holding:
      guard action.stage == .quarantine else { return }
      if probe.isDenied {
        evidence.probe = evidence.probe ?? .init(isDenied: true, at: probe.start)
      } else if action.isAfterAcceptance(probe.start, evidence) {
        evidence.probe = .init(isDenied: false, at: probe.start)
      }
    case .releasing, .verifyingRelease:
      if probe.isDenied {
        evidence.lingeringAt = max(evidence.lingeringAt ?? probe.start, probe.start)
      } else if action.isAfterAcceptance(probe.start, evidence) {
        evidence.probe = .init(isDenied: false, at: probe.start)
        if let denied = evidence.lingeringAt, denied < probe.start { evidence.lingeringAt = nil }
      }
    case .awaitingApproval, .recording, .closed: return
    }
    action.proxies[proxy] = evidence
    actions[action.id] = action
    if !isKnown, let answer = evidence.probe {
      tell(
        of: action, event: answer.isDenied ? "behaviour" : "probe",
        detail:
          "\(proxy) \(answer.isDenied ? "denied a probe in its name" : "let a probe through")",
        at: now)
    }
    progress(action.id, at: now)
  }

  /// How much of the action can be seen now. `isWaiting`: there is time left for answers to probes.
  func sight(of action: ActionRecord, isWaiting: Bool, at now: Timestamp) -> Sight {
    Sight(
      reporting: reporting(of: action, at: now), probed: limits.probed, isWaiting: isWaiting)
  }

  /// Proxies in scope whose access logs arrive without loss.
  func reporting(of action: ActionRecord, at now: Timestamp) -> Set<ProxyID> {
    Set(
      action.proxies.keys.filter { proxy in
        guard let standing = proxies[proxy], standing.isReporting else { return false }
        return standing.lossyUntil.map { now >= $0 } ?? true
      })
  }
}
