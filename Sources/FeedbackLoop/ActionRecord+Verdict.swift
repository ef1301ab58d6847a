internal import Actuators
internal import MeshModel

extension ActionRecord {
  /// Judges the present stage: every proxy must have accepted it, none may contradict it, and at
  /// least one request must have been stopped in its name: of the subject, or, where the subject is
  /// silent, a probe at each proxy that answers one.
  ///
  /// The subject's own proxies may be in the attacker's hands, and anyone with a certificate can
  /// add a proxy later: neither spoils a proof. What tightens is at the subject's own proxies alone,
  /// for its own good, and there each of them counts.
  func judgeEnforcement(_ sight: Sight) -> Verdict {
    var contradicted: [Lack] = []
    var missing: [Lack] = []
    for (proxy, evidence) in vouchers {
      contradicted += contradictions(of: proxy, evidence)
      if let reason = missingAcceptance(evidence) {
        missing.append(Lack(rung: .accepted, proxy: proxy, reason: reason))
      }
    }
    if !contradicted.isEmpty { return .ineffective(contradicted + missing) }
    missing += missingBehaviour(sight)
    return missing.isEmpty && !proxies.isEmpty ? .effective : .inconclusive(missing)
  }

  /// In words, what proved the present stage.
  var proof: String {
    let accepted = "\(proxies.count) of \(proxies.count) proxies accepted it"
    guard !isSeenStopping else { return accepted + " and its effect was seen" }
    let denied = vouchers.count { $0.1.probe?.isDenied == true }
    return accepted + " and \(denied) of them denied a probe in its name"
  }

  private func contradictions(of proxy: ProxyID, _ evidence: ProxyEvidence) -> [Lack] {
    var lacks: [Lack] = []
    if !evidence.subscribed || evidence.incapacity != nil {
      lacks.append(
        Lack(
          rung: .accepted, proxy: proxy, reason: evidence.incapacity ?? stage.notSubscribed))
    }
    if let readback = evidence.readback, !readback.present, isFresh(readback, evidence) {
      lacks.append(
        Lack(rung: .readback, proxy: proxy, reason: "the live configuration lacks it"))
    }
    if evidence.servedAt != nil, let leak {
      lacks.append(Lack(rung: .behaviour, proxy: proxy, reason: leak))
    }
    if isProbed, evidence.probe?.isDenied == false {
      lacks.append(Lack(rung: .behaviour, proxy: proxy, reason: "let a probe through"))
    }
    return lacks
  }

  private func missingAcceptance(_ evidence: ProxyEvidence) -> String? {
    if !evidence.subscribed { return nil }
    if let text = evidence.rejected { return "rejected: \(text)" }
    guard evidence.acceptedAt == nil else { return nil }
    return evidence.attached ? "not acknowledged" : "not attached"
  }

  private func missingBehaviour(_ sight: Sight) -> [Lack] {
    if isSeenStopping { return [] }
    let unanswered = vouchers.filter { sight.probed.contains($0.0) && $0.1.probe == nil }
      .map(\.0)
    guard isProbed, vouchers.contains(where: { $0.1.probe?.isDenied == true }) else {
      return [
        Lack(
          rung: .behaviour, proxy: nil,
          reason: lackOfDeed + ": " + blindness(sight, unanswered))
      ]
    }
    // One that does not answer in time cannot be reached, and speaks neither for nor against.
    guard sight.isWaiting else { return [] }
    return unanswered.map {
      Lack(rung: .behaviour, proxy: $0, reason: "has not answered its probe")
    }
  }

  /// Why nothing was seen.
  private func blindness(_ sight: Sight, _ unanswered: [ProxyID]) -> String {
    let coverage = "\(sight.reporting) of \(proxies.count)"
    if sight.reporting == 0 { return "no proxy in scope reports its log (\(coverage))" }
    if case .throttle = stage, proxies.values.contains(where: { $0.servedAt != nil }) {
      return "what it sent was below the limit (\(coverage) proxies report)"
    }
    let silence =
      (stage == .tightenMTLS ? "none came" : "the subject was silent")
      + " (\(coverage) proxies report)"
    guard isProbed else { return silence }
    return unanswered.isEmpty
      ? silence + ", and no proxy in scope can be probed"
      : silence + ", and no probe was answered at "
        + unanswered.map(\.description).joined(separator: ", ")
  }

  private var isSeenStopping: Bool { proxies.values.contains { $0.firstStoppedAt != nil } }

  /// Whether probes can tell anything of the present stage.
  private var isProbed: Bool { stage == .quarantine && !isShadow && !subject.isClient }

  /// The proxies that can make or spoil a proof, in order.
  private var vouchers: [(ProxyID, ProxyEvidence)] {
    sortedProxies.filter { !mayDisobey($0.0) && !$0.1.joinedLate }
  }

  /// What still speaks against the way down being complete; empty when every proxy accepted it and
  /// none is seen to stop requests in the action's name.
  func judgeRelease(_ descent: Descent) -> [Lack] {
    var lacks: [Lack] = []
    for (proxy, evidence) in sortedProxies
    where evidence.subscribed && (evidence.hasAccepted || !evidence.joinedLate) {
      if let text = evidence.rejected {
        // What it rejected from the first it does not hold.
        if evidence.hasAccepted {
          lacks.append(
            Lack(rung: .accepted, proxy: proxy, reason: "rejected the release: \(text)"))
        }
      } else if evidence.acceptedAt == nil {
        lacks.append(
          Lack(
            rung: .accepted, proxy: proxy,
            reason: evidence.attached
              ? "has not acknowledged the release" : "is not attached and may still enforce it"))
      }
      if case .final = descent {
        if let readback = evidence.readback, readback.present, isFresh(readback, evidence) {
          lacks.append(
            Lack(rung: .readback, proxy: proxy, reason: "the live configuration still holds it"))
        }
      }
      if let denied = evidence.lingeringAt, isAfterAcceptance(denied, evidence) {
        lacks.append(Lack(rung: .behaviour, proxy: proxy, reason: remains))
      }
    }
    return lacks
  }

  /// Whether the subject itself runs the proxy, and would rather be without the action.
  private func mayDisobey(_ proxy: ProxyID) -> Bool {
    stage != .tightenMTLS && subject == .workload(proxy.principal)
  }

  /// Whether the proxy obeyed or disobeyed after it had time to settle.
  func isAfterAcceptance(_ instant: Timestamp, _ evidence: ProxyEvidence) -> Bool {
    guard let accepted = evidence.acceptedAt else { return false }
    return instant > accepted.adding(milliseconds: LoopLimits.settleMilliseconds)
  }

  private func isFresh(_ readback: ProxyEvidence.Readback, _ evidence: ProxyEvidence) -> Bool {
    isAfterAcceptance(readback.at, evidence)
  }

  private var sortedProxies: [(ProxyID, ProxyEvidence)] {
    proxies.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
