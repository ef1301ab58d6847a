internal import Actuators
internal import MeshModel

/// Stands for the mesh of a recording: every proxy accepts what it is sent at once, and the recorded
/// requests that began from then on are answered as they would have been.
///
/// What a subject that was stopped would have done next, no recording can tell: it goes on as
/// recorded.
struct PretendMesh: Sendable {
  private var inForce: [UInt64: InForce] = [:]
  private var subjects: [ActionID: UInt64] = [:]
  private var buckets: [Bucket: (tokens: Double, at: Timestamp)] = [:]
  /// Requests that were stopped, for each action.
  private(set) var stopped: [ActionID: Int] = [:]

  private struct InForce {
    var enforcement: Enforcement
    var since: Timestamp
  }

  private struct Bucket: Hashable {
    var action: ActionID
    var proxy: ProxyID
  }

  mutating func apply(_ enforcement: Enforcement, at now: Timestamp) {
    let key = enforcement.subject.key
    subjects[enforcement.action] = key
    // The same enforcement sent again goes on.
    guard inForce[key]?.enforcement != enforcement else { return }
    inForce[key] = InForce(enforcement: enforcement, since: now)
  }

  mutating func withdraw(_ action: ActionID) {
    guard let key = subjects.removeValue(forKey: action) else { return }
    if inForce[key]?.enforcement.action == action { inForce[key] = nil }
    buckets = buckets.filter { $0.key.action != action }
  }

  /// Changes the outcomes of requests that would not have been served.
  mutating func answer(_ batch: inout ObservationBatch) {
    guard !inForce.isEmpty else { return }
    for index in batch.observations.indices {
      let observation = batch.observations[index]
      guard let rule = inForce[observation.source], observation.start >= rule.since,
        observation.start < rule.enforcement.notAfter,
        rule.enforcement.subject == batch.source(of: observation)
      else { continue }
      switch rule.enforcement.stage {
      case .tightenMTLS, .reroute: continue
      case .quarantine:
        batch.observations[index].outcome = .denied(by: rule.enforcement.action)
      case .throttle(let rate):
        let bucket = Bucket(action: rule.enforcement.action, proxy: batch.reporter)
        guard !take(from: bucket, rate, at: observation.start) else { continue }
        batch.observations[index].outcome = .limited
      }
      stopped[rule.enforcement.action, default: 0] += 1
    }
  }

  /// Envoy's token bucket; each proxy has its own.
  private mutating func take(from bucket: Bucket, _ rate: Rate, at now: Timestamp) -> Bool {
    var (tokens, at) = buckets[bucket] ?? (Double(rate.burst), now)
    tokens = min(
      Double(rate.burst),
      tokens + max(0, now.milliseconds(since: at)) / 1000 * Double(rate.perSecond))
    at = max(at, now)
    let isServed = tokens >= 1
    buckets[bucket] = (isServed ? tokens - 1 : tokens, at)
    return isServed
  }
}
