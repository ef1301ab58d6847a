internal import Actuators
internal import MeshModel

/// Stands for the mesh of a recording: every proxy accepts what it is sent at once, and the recorded
/// requests that began from then on are answered as they would have been.
///
/// What a subject that was stopped would have done next, no recording can tell: it goes on as
/// recorded. Nor does one hold the requests of peers without a certificate, so tightening shows at none.
struct PretendMesh: Sendable {
  private var inForce: [ActionID: InForce] = [:]
  /// What is in force against a caller, in the order of the ids.
  private var actions: [UInt64: [ActionID]] = [:]
  private var buckets: [Bucket: (tokens: Double, at: Timestamp)] = [:]
  /// Requests that were stopped, or sent elsewhere, for each action, or would have been.
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
    // The same enforcement sent again goes on.
    guard inForce[enforcement.action]?.enforcement != enforcement else { return }
    withdraw(enforcement.action)
    inForce[enforcement.action] = InForce(enforcement: enforcement, since: now)
    actions[enforcement.subject.key, default: []].append(enforcement.action)
    actions[enforcement.subject.key]?.sort()
  }

  mutating func withdraw(_ action: ActionID) {
    guard let left = inForce.removeValue(forKey: action) else { return }
    let key = left.enforcement.subject.key
    actions[key]?.removeAll { $0 == action }
    if actions[key]?.isEmpty == true { actions[key] = nil }
    buckets = buckets.filter { $0.key.action != action }
  }

  /// Changes the outcomes of requests that would not have been served.
  mutating func answer(_ batch: inout ObservationBatch) {
    guard !inForce.isEmpty else { return }
    for index in batch.observations.indices {
      let observation = batch.observations[index]
      guard let actions = actions[observation.source] else { continue }
      let rules = actions.compactMap { inForce[$0] }.filter {
        observation.start >= $0.since && observation.start < $0.enforcement.notAfter
          && $0.enforcement.subject == batch.source(of: observation)
      }
      // A shadow comes first: it sees what an enforced rule then stops, too.
      for rule in rules where rule.enforcement.isShadow {
        mark(index, rule.enforcement, &batch)
      }
      for rule in rules where !rule.enforcement.isShadow {
        answer(index, rule.enforcement, &batch)
      }
    }
  }

  private mutating func mark(
    _ index: Int, _ enforcement: Enforcement, _ batch: inout ObservationBatch
  ) {
    let kind: RequestMark.Kind
    switch enforcement.stage {
    case .quarantine: kind = .wouldDeny(enforcement.action)
    case .reroute where batch.vantage != .source: kind = .wouldReroute(enforcement.action)
    case .reroute, .throttle, .tightenMTLS: return
    }
    let observation = batch.observations[index]
    batch.marks.append(
      RequestMark(kind, start: observation.start, subjectName: observation.sourceName))
    stopped[enforcement.action, default: 0] += 1
  }

  private mutating func answer(
    _ index: Int, _ enforcement: Enforcement, _ batch: inout ObservationBatch
  ) {
    let start = batch.observations[index].start
    switch enforcement.stage {
    case .quarantine: batch.observations[index].outcome = .denied(by: enforcement.action)
    case .throttle(let rate):
      let bucket = Bucket(action: enforcement.action, proxy: batch.reporter)
      guard !take(from: bucket, rate, at: start) else { return }
      batch.observations[index].outcome = .limited
    // Where a request arrives, not where it leaves.
    case .reroute where batch.vantage != .source:
      batch.observations[index].outcome = .rerouted(by: enforcement.action)
    case .reroute, .tightenMTLS: return
    }
    stopped[enforcement.action, default: 0] += 1
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
