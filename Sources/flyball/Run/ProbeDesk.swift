internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

/// Hands out probes, each by what is wanted at that instant, so that none is sent for what is being
/// released already.
actor ProbeDesk {
  private let loop: Loop
  private let now: @Sendable () -> Timestamp
  private var schedule: ProbeSchedule
  /// Nothing was due; until then nobody looks again.
  private var idleUntil: Timestamp?

  init(loop: Loop, reachable: Set<ProxyID>, now: @escaping @Sendable () -> Timestamp) {
    self.loop = loop
    self.now = now
    schedule = ProbeSchedule(reachable: reachable)
  }

  func next() async -> ProbeSchedule.Probe? {
    if let idleUntil, now() < idleUntil { return nil }
    let open = await loop.snapshot.openActions
    let probe = schedule.next(open, at: now())
    idleUntil = probe == nil ? now().adding(milliseconds: Self.idleMilliseconds) : nil
    return probe
  }

  func ended(_ probe: ProbeSchedule.Probe) {
    schedule.ended(probe, at: now())
    idleUntil = nil
  }

  private static let idleMilliseconds: Int64 = 100
}
