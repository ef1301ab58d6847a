package import MeshModel

/// Which proxy is to be probed next: those of open quarantines, and of their releases, whose traffic
/// has shown nothing yet.
///
/// A proxy is asked once it had time to settle, so that any answer counts, and in a verification only
/// after a third of its time, because traffic usually proves sooner. What is unproved comes before
/// what is being released, and that before what is proved elsewhere. The subject's own proxies are
/// not asked: their answer would prove nothing.
///
/// Some are asked at once, no proxy twice. Those that kept the last probe waiting come after all others
/// and have half of the places, so that those that are dead hold up none that answers.
package struct ProbeSchedule: Sendable {
  package struct Probe: Hashable, Sendable {
    package let action: ActionID
    package let proxy: ProxyID
  }

  private struct Key: Hashable {
    var action: ActionID
    var generation: UInt64
    var proxy: ProxyID
  }

  private struct Attempts {
    var count = 0
    var last = Timestamp(microseconds: 0)
  }

  private let reachable: Set<ProxyID>
  private var asked: [Key: Attempts] = [:]
  private var underWay: [ProxyID: Timestamp] = [:]
  private var slow: Set<ProxyID> = []

  package init(reachable: Set<ProxyID>) {
    self.reachable = reachable
  }

  /// The next probe, which counts as sent and under way until `ended`; nil when none is due, or as
  /// many are under way as may be. `open`: the open actions as they are now.
  package mutating func next(_ open: [ActionRecord], at now: Timestamp) -> Probe? {
    guard underWay.count < LoopLimits.probesAtOnce else { return nil }
    let mayAskSlow =
      underWay.keys.count { slow.contains($0) } < LoopLimits.probesAtOnce / 2
    let generations = Dictionary(open.map { ($0.id, $0.generation) }) { first, _ in first }
    asked = asked.filter { generations[$0.key.action] == $0.key.generation }
    var best: (order: (Int, Int, Int, ActionID, ProxyID), key: Key)?
    // An answer that does not come would hold up those for something real.
    let isAlone = open.allSatisfy(\.isSelfTest)
    for action in open where isAlone || !action.isSelfTest {
      guard let urgency = action.probeUrgency(at: now) else { continue }
      for (proxy, evidence) in action.proxies
      where reachable.contains(proxy) && underWay[proxy] == nil
        && action.wantsProbe(of: proxy, evidence, at: now)
      {
        let isSlow = slow.contains(proxy)
        guard !isSlow || mayAskSlow else { continue }
        let key = Key(action: action.id, generation: action.generation, proxy: proxy)
        let attempts = asked[key] ?? Attempts()
        guard attempts.count < LoopLimits.probes,
          now >= attempts.last.adding(milliseconds: LoopLimits.probeMilliseconds)
        else { continue }
        let order = (isSlow ? 1 : 0, urgency, attempts.count, action.id, proxy)
        if best.map({ order < $0.order }) ?? true { best = (order, key) }
      }
    }
    guard let key = best?.key else { return nil }
    asked[key] = Attempts(count: (asked[key]?.count ?? 0) + 1, last: now)
    underWay[key.proxy] = now
    return Probe(action: key.action, proxy: key.proxy)
  }

  /// The probe was answered, or given up.
  package mutating func ended(_ probe: Probe, at now: Timestamp) {
    guard let began = underWay.removeValue(forKey: probe.proxy) else { return }
    if now >= began.adding(milliseconds: LoopLimits.slowProbeMilliseconds) {
      slow.insert(probe.proxy)
    } else {
      slow.remove(probe.proxy)
    }
  }
}

extension ActionRecord {
  /// 0 for what is unproved, 1 for a release, 2 for what traffic proved somewhere; nil when there is
  /// nothing to probe: a throttle answers a single request like any other.
  fileprivate func probeUrgency(at now: Timestamp) -> Int? {
    guard case .workload = subject, !isShadow, let sent = sentAt else { return nil }
    switch state {
    case .applying(let until, _), .verifying(let until, _):
      let wait = Int64(until.milliseconds(since: sent) / 3)
      // Where the subject's own proxies stop it, traffic reaches no other.
      let isDue = isStoppedAtItsOwn || now >= sent.adding(milliseconds: wait)
      return stage == .quarantine && isDue ? 0 : nil
    case .releasing(.step, _), .verifyingRelease(.step, _): return 1
    case .releasing(.final, _), .verifyingRelease(.final, _): return stage == .quarantine ? 1 : nil
    case .holding: return stage == .quarantine ? 2 : nil
    case .awaitingApproval, .recording, .closed: return nil
    }
  }

  fileprivate func wantsProbe(
    of proxy: ProxyID, _ evidence: ProxyEvidence, at now: Timestamp
  ) -> Bool {
    evidence.probe == nil && evidence.firstStoppedAt == nil && !evidence.joinedLate
      && subject != .workload(proxy.principal) && isAfterAcceptance(now, evidence)
  }
}
