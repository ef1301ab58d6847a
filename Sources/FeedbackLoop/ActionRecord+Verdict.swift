internal import Actuators
internal import MeshModel

extension ActionRecord {
  /// Judges the present stage: every proxy must have accepted it, none may contradict it, and at
  /// least one request must have been stopped in its name: of the subject, or, where nothing of it
  /// reaches the others, a probe at each proxy that answers one.
  ///
  /// The subject's own proxies may be in the attacker's hands, and anyone with a certificate can
  /// add a proxy later: neither makes nor spoils a proof. But what the subject's own stop nobody else
  /// can see. So their word stands where nobody answers a probe, as long as somebody else would tell
  /// of what passes them. What tightens is at the subject's own proxies alone, for its own good, and
  /// there each of them counts.
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

  /// The proxies that accepted what was sent last.
  var acceptances: Int { proxies.values.count { $0.acceptedAt != nil } }

  /// In words, what proved the present stage.
  var proof: String {
    let accepted = "\(acceptances) of \(proxies.count) proxies accepted it"
    guard !isSeenStopping else { return accepted + " and its effect was seen" }
    let denied = vouchers.count { $0.1.probe?.isDenied == true }
    return denied > 0
      ? accepted + " and \(denied) of them denied a probe in its name"
      : accepted + " and the subject's own say that they stop it"
  }

  /// Whether its effect shows at others, and only the proxies of one workload speak against it, beside
  /// those that said themselves that they cannot enforce it.
  ///
  /// One workload's word about itself takes nothing from what the others enforce: else whoever holds
  /// one certificate could have every action lifted. Where all proxies are of one workload, as at a
  /// gateway, there are no others.
  func isOneAgainstAll(_ verdict: Verdict, _ sight: Sight) -> Bool {
    let blamed = Set(verdict.lacks.compactMap(\.proxy))
    let against = blamed.filter { proxy in
      proxies[proxy].map { $0.attached && $0.subscribed && $0.incapacity == nil } ?? false
    }
    let accusers = Set(against.map(\.principal))
    guard accusers.count <= 1 else { return false }
    var rest = self
    rest.proxies = proxies.filter {
      !blamed.contains($0.key) && !accusers.contains($0.key.principal)
    }
    return rest.missingBehaviour(sight).isEmpty
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
    let isDenied = isProbed && vouchers.contains { $0.1.probe?.isDenied == true }
    guard isDenied || isBelieved(sight) else {
      return [
        Lack(
          rung: .behaviour, proxy: nil,
          reason: lackOfDeed + ": " + blindness(sight, unanswered))
      ]
    }
    // One that does not answer in time cannot be reached, and speaks neither for nor against.
    guard isProbed, sight.isWaiting else { return [] }
    return unanswered.map {
      Lack(rung: .behaviour, proxy: $0, reason: "has not answered its probe")
    }
  }

  /// Why nothing was seen.
  private func blindness(_ sight: Sight, _ unanswered: [ProxyID]) -> String {
    let coverage = "\(sight.reporting.count) of \(proxies.count)"
    if sight.reporting.isEmpty { return "no proxy in scope reports its log (\(coverage))" }
    if isStoppedAtItsOwn {
      return "only the subject's own proxies say so, and no other reports its log (\(coverage))"
    }
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

  /// Whether a proxy that can make a proof saw a request stopped.
  private var isSeenStopping: Bool { vouchers.contains { $0.1.firstStoppedAt != nil } }

  /// Whether the subject's own proxies say that they stop what it sends. Nothing of it reaches the
  /// others then, so that traffic can prove nothing there.
  var isStoppedAtItsOwn: Bool {
    switch stage {
    // What it sends is sent elsewhere where it arrives.
    case .reroute, .tightenMTLS: false
    case .throttle, .quarantine:
      proxies.contains { proxy, evidence in
        mayDisobey(proxy) && !evidence.joinedLate && evidence.firstStoppedAt != nil
      }
    }
  }

  /// Whether the word of the subject's own proxies stands: another one would tell of what passes them.
  private func isBelieved(_ sight: Sight) -> Bool {
    isStoppedAtItsOwn && vouchers.contains { sight.reporting.contains($0.0) }
  }

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

  /// What keeps a release to nothing open past its time, when that is the proxies of one workload
  /// alone and others confirmed it; else nil.
  func lacksOfOne(at now: Timestamp) -> [Lack]? {
    switch state {
    case .releasing(let descent, let until), .verifyingRelease(let descent, let until):
      guard case .final = descent, now >= until else { return nil }
      let lacks = judgeRelease(descent)
      let blamed = Set(lacks.compactMap(\.proxy?.principal))
      let isConfirmed = proxies.contains { proxy, evidence in
        evidence.acceptedAt != nil && !blamed.contains(proxy.principal)
      }
      return blamed.count == 1 && isConfirmed ? lacks : nil
    case .awaitingApproval, .recording, .applying, .verifying, .holding, .closed: return nil
    }
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
