internal import MeshModel

extension ActionRecord {
  /// Judges the present stage: every proxy must have accepted it, none may contradict it, and at
  /// least one request must have been stopped in its name.
  ///
  /// The subject's own proxies may be in the attacker's hands, and anyone with a certificate can
  /// add a proxy later: neither spoils a proof. What tightens is at the subject's own proxies alone,
  /// for its own good, and there each of them counts.
  func judgeEnforcement() -> Verdict {
    var contradicted: [Lack] = []
    var missing: [Lack] = []
    for (proxy, evidence) in sortedProxies
    where !mayDisobey(proxy) && !evidence.joinedLate {
      if !evidence.subscribed {
        contradicted.append(
          Lack(
            rung: .accepted, proxy: proxy,
            reason: "does not subscribe to \(stage.filter.rawValue)"))
      } else if let text = evidence.rejected {
        missing.append(Lack(rung: .accepted, proxy: proxy, reason: "rejected: \(text)"))
      } else if evidence.acceptedAt == nil {
        missing.append(
          Lack(
            rung: .accepted, proxy: proxy,
            reason: evidence.attached ? "not acknowledged" : "not attached"))
      }
      if let readback = evidence.readback, !readback.present, isFresh(readback, evidence) {
        contradicted.append(
          Lack(rung: .readback, proxy: proxy, reason: "the live configuration lacks it"))
      }
      if evidence.servedAt != nil, let leak {
        contradicted.append(Lack(rung: .behaviour, proxy: proxy, reason: leak))
      }
    }
    if !contradicted.isEmpty { return .ineffective(contradicted + missing) }
    if !proxies.values.contains(where: { $0.firstStoppedAt != nil }) {
      missing.append(Lack(rung: .behaviour, proxy: nil, reason: lackOfDeed))
    }
    return missing.isEmpty && !proxies.isEmpty ? .effective : .inconclusive(missing)
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
