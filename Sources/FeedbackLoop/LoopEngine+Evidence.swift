internal import Actuators
internal import MeshModel

extension LoopEngine {
  /// The proxies an enforcement has to reach: to press on a workload every one that can serve it, to
  /// tighten it its own, and for a client those of its gateway. Whoever is sent it has to prove it: a
  /// gateway, too, where it takes our filter. One that takes none is no place where a workload could
  /// be stopped.
  func scope(of action: ActionRecord) -> [ProxyID] {
    proxies.keys.filter { isInScope($0, of: action) }
  }

  private func isInScope(_ proxy: ProxyID, of action: ActionRecord) -> Bool {
    switch (action.subject, action.stage) {
    case (.workload(let identity), .tightenMTLS): proxy.principal == identity
    case (.workload, .throttle), (.workload, .reroute), (.workload, .quarantine):
      !limits.gateways.contains(proxy.principal)
        || proxies[proxy]?.report?.filters[action.stage.filter] != nil
    // A client of a gateway has no proxy of its own.
    case (.client, .tightenMTLS): false
    case (.client(_, let gateway), .throttle), (.client(_, let gateway), .reroute),
      (.client(_, let gateway), .quarantine):
      proxy.principal == gateway
    }
  }

  /// Evidence for a change just sent: nothing is accepted yet anywhere. Who came late to the change
  /// before and accepted it is known by now, and counts like the rest.
  func freshEvidence(of action: ActionRecord) -> [ProxyID: ProxyEvidence] {
    let earlier = action.proxies
    var evidence: [ProxyID: ProxyEvidence] = [:]
    for proxy in Set(earlier.keys).union(scope(of: action)) {
      evidence[proxy] = newEvidence(of: proxy, action.stage)
      evidence[proxy]?.hasAccepted = earlier[proxy]?.hasAccepted ?? false
      evidence[proxy]?.joinedLate =
        earlier[proxy].map { $0.joinedLate && $0.acceptedAt == nil } ?? false
    }
    return evidence
  }

  /// Starts the proof of a change that is sent now. Who did not reject what was sent before may hold
  /// it, though its answer never came.
  func renewEvidence(of action: inout ActionRecord, at now: Timestamp) {
    if action.sentAt != nil {
      for (proxy, evidence) in action.proxies
      where evidence.rejected == nil && !evidence.joinedLate {
        action.proxies[proxy]?.hasAccepted = true
      }
    }
    action.sentAt = now
    action.proxies = freshEvidence(of: action)
  }

  /// A proxy that reports but never attached has no filter of ours: it cannot enforce anything.
  private func newEvidence(of proxy: ProxyID, _ stage: Stage) -> ProxyEvidence {
    var evidence = ProxyEvidence()
    let standing = proxies[proxy]
    evidence.attached = standing?.isAttached ?? false
    evidence.subscribed = standing?.report != nil || !(standing?.isReporting ?? false)
    evidence.incapacity = incapacity(of: proxy, for: stage)
    return evidence
  }

  mutating func received(_ report: ProxyReport, at now: Timestamp) {
    guard admits(report.proxy) else { return }
    proxies[report.proxy, default: ProxyStanding()].report = report
    noteVanishing(report.proxy, at: now)
    for action in openActions
    where action.isInForce
      && (action.proxies[report.proxy] != nil || isInScope(report.proxy, of: action))
    {
      note(report, in: action, at: now)
      progress(action.id, at: now)
    }
  }

  mutating func reporting(_ proxy: ProxyID, isOpen: Bool, at now: Timestamp) {
    guard admits(proxy) else { return }
    let streams = (proxies[proxy]?.logStreams ?? 0) + (isOpen ? 1 : -1)
    proxies[proxy, default: ProxyStanding()].logStreams = streams
    noteVanishing(proxy, at: now)
    guard isOpen else { return }
    for action in openActions
    where action.isInForce && action.proxies[proxy] == nil
      && isInScope(proxy, of: action)
    {
      join(proxy, action)
    }
  }

  private mutating func join(_ proxy: ProxyID, _ open: ActionRecord) {
    var action = open
    action.gone.removeAll { $0 == proxy }
    action.proxies[proxy] = newEvidence(of: proxy, action.stage)
    action.proxies[proxy]?.joinedLate = true
    actions[action.id] = action
  }

  /// Bounds what connections can take; what it turns away is said.
  private mutating func admits(_ proxy: ProxyID) -> Bool {
    if proxies[proxy] != nil { return true }
    guard !proxy.principal.isReserved else { return false }
    let siblings = proxies.keys.filter { $0.principal == proxy.principal }.count
    if proxies.count < LoopLimits.proxies, siblings < LoopLimits.proxiesPerPrincipal {
      return true
    }
    effects.append(.escalate(nil, "ignored proxy \(proxy): too many proxies"))
    return false
  }

  /// What shows counts for the action it names: as proof of the stage whose filter it is, and against
  /// any other. A limit names nobody and counts as proof for the subject's throttle in force.
  mutating func showed(
    _ id: ActionID?, by filter: Filter, isShadow: Bool, _ subject: Subject, at proxy: ProxyID,
    start: Timestamp, now: Timestamp
  ) {
    guard
      var action = openActions.first(where: {
        $0.subject == subject && $0.isInForce && $0.isShadow == isShadow
          && (id == nil ? $0.stage.filter == filter : id == $0.id)
      }), var evidence = action.proxies[proxy]
    else { return }
    let isProof =
      action.stage.filter == filter && !isEnding(action)
      && action.sentAt.map { start >= $0 } ?? false
    let isFirst = isProof && evidence.firstStoppedAt == nil
    if isProof {
      evidence.firstStoppedAt = min(evidence.firstStoppedAt ?? start, start)
    } else if id != nil {
      evidence.lingeringAt = max(evidence.lingeringAt ?? start, start)
    }
    action.proxies[proxy] = evidence
    actions[action.id] = action
    if isFirst { tell(of: action, event: "behaviour", detail: "\(proxy) \(action.deed)", at: now) }
    progress(action.id, at: now)
  }

  /// Of the subject's actions, those that a request of this kind tells about.
  mutating func served(
    _ subject: Subject, at proxy: ProxyID, start: Timestamp, now: Timestamp,
    by concerns: (ActionRecord) -> Bool
  ) {
    for var action in openActions
    where action.subject == subject && action.isInForce && concerns(action) {
      guard var evidence = action.proxies[proxy],
        action.isAfterAcceptance(start, evidence) || isUnguarded(evidence, start, action)
      else { continue }
      evidence.servedAt = evidence.servedAt ?? start
      if let lingering = evidence.lingeringAt, lingering < start { evidence.lingeringAt = nil }
      guard evidence != action.proxies[proxy] else { continue }
      action.proxies[proxy] = evidence
      actions[action.id] = action
      progress(action.id, at: now)
    }
  }

  mutating func readBack(
    _ proxy: ProxyID, actions held: Set<ActionID>, askedAt: Timestamp, at now: Timestamp
  ) {
    for var action in openActions where action.isInForce && action.proxies[proxy] != nil {
      let before = action.proxies[proxy]?.readback
      let readback = ProxyEvidence.Readback(present: held.contains(action.id), at: askedAt)
      action.proxies[proxy]?.readback = readback
      actions[action.id] = action
      if before?.present != readback.present {
        tell(
          of: action, event: "readback",
          detail: "\(proxy) \(readback.present ? "holds" : "does not hold") it", at: now)
      }
      progress(action.id, at: now)
    }
  }

  /// A proxy that drops entries of its log says less than it sees.
  mutating func dropped(_ total: UInt64, by proxy: ProxyID, at now: Timestamp) {
    guard let before = proxies[proxy]?.dropped else {
      proxies[proxy]?.dropped = total
      return
    }
    proxies[proxy]?.dropped = total
    // A smaller number is that of a new process.
    guard total > before else { return }
    if proxies[proxy]?.lossyUntil.map({ now >= $0 }) ?? true {
      effects.append(
        .record(
          HistoryEntry(
            at: now, action: nil, event: "telemetry-lost",
            detail: "\(proxy) dropped \(total - before) entries of its access log")))
    }
    proxies[proxy]?.lossyUntil = now.adding(milliseconds: LoopLimits.lossyMilliseconds)
  }

  /// Enough of the scope still reports, without loss, for a low score to mean something.
  func isCovered(_ action: ActionRecord, at now: Timestamp) -> Bool {
    let reporting = reporting(of: action, at: now).count
    return reporting > 0 && reporting * 2 >= action.proxies.count
  }

  mutating func forgetVanished(at now: Timestamp) {
    let vanished = proxies.filter { _, standing in
      standing.vanishedAt.map {
        now >= $0.adding(milliseconds: LoopLimits.vanishedMilliseconds)
      } ?? false
    }
    for proxy in vanished.keys.sorted() + neverReturned(at: now) {
      proxies[proxy] = nil
      // A vanished proxy cannot prove an effect, but may still enforce what is being released.
      for var action in openActions where action.isInForce && !isReleasing(action) {
        let evidence = action.proxies.removeValue(forKey: proxy)
        if evidence?.hasAccepted == true, !action.gone.contains(proxy) {
          if action.gone.count < LoopLimits.goneProxies {
            action.gone.append(proxy)
          } else {
            action.goneUnnamed += 1
          }
        }
        actions[action.id] = action
      }
    }
  }

  /// The proxies of an earlier process's actions that did not come back in the time that a vanished
  /// one has; told once.
  private mutating func neverReturned(at now: Timestamp) -> [ProxyID] {
    guard let restored = restoredAt,
      now >= restored.adding(milliseconds: LoopLimits.vanishedMilliseconds)
    else { return [] }
    restoredAt = nil
    return Set(openActions.flatMap(\.proxies.keys)).filter { proxies[$0] == nil }.sorted()
  }

  private mutating func noteVanishing(_ proxy: ProxyID, at now: Timestamp) {
    guard let standing = proxies[proxy] else { return }
    proxies[proxy]?.vanishedAt = standing.isPresent ? nil : standing.vanishedAt ?? now
  }

  private func isReleasing(_ action: ActionRecord) -> Bool {
    switch action.state {
    case .releasing, .verifyingRelease: true
    case .awaitingApproval, .recording, .applying, .verifying, .holding, .closed: false
    }
  }

  /// Whether nothing of the action is to be in force any more.
  private func isEnding(_ action: ActionRecord) -> Bool {
    switch action.state {
    case .releasing(.final, _), .verifyingRelease(.final, _): true
    case .releasing, .verifyingRelease, .awaitingApproval, .recording, .applying, .verifying,
      .holding, .closed:
      false
    }
  }

  /// A proxy that has no filter to accept anything with still shows by its traffic that it serves.
  private func isUnguarded(
    _ evidence: ProxyEvidence, _ start: Timestamp, _ action: ActionRecord
  ) -> Bool {
    guard !evidence.subscribed, let sent = action.sentAt else { return false }
    return start > sent.adding(milliseconds: LoopLimits.settleMilliseconds)
  }

  /// Adds what the control plane says of one proxy to the rungs of one action.
  private mutating func note(_ report: ProxyReport, in open: ActionRecord, at now: Timestamp) {
    if open.proxies[report.proxy] == nil { join(report.proxy, open) }
    guard var action = actions[open.id], var evidence = action.proxies[report.proxy] else {
      return
    }
    evidence.attached = report.isAttached
    guard report.isAttached else {
      evidence.acceptedAt = nil
      action.proxies[report.proxy] = evidence
      actions[action.id] = action
      return
    }
    evidence.subscribed = report.filters[action.stage.filter] != nil
    evidence.incapacity = report.incapacity(for: action.stage)
    var event: (name: String, detail: String)?
    if report.generation >= action.generation {
      let needed =
        isReleasing(action)
        ? Array(report.filters.values) : report.filters[action.stage.filter].map { [$0] } ?? []
      event = evidence.take(needed, by: report.proxy, at: now, isEnding: isEnding(action))
    }
    action.proxies[report.proxy] = evidence
    actions[action.id] = action
    if let event { tell(of: action, event: event.name, detail: event.detail, at: now) }
  }
}
