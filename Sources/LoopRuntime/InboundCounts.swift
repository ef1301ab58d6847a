internal import Anomaly
internal import MeshModel

/// Requests that came to each identity's own proxies, and how many of them without a certificate.
///
/// Counted once a message. Who looks is told of the last five minutes.
struct InboundCounts: Sendable {
  private var counts: [SPIFFEID: RecentMinutes] = [:]

  mutating func add(_ requests: Int, anonymous: UInt64, to service: SPIFFEID, at now: Timestamp) {
    let minute = UInt32(clamping: now.second) / 60
    let strangers = UInt32(clamping: anonymous)
    let tally = RequestTally(
      failed: strangers, total: UInt32(clamping: requests) &+ strangers)
    if let index = counts.index(forKey: service) {
      counts.values[index].add(tally, at: minute)
      return
    }
    guard counts.count < Self.maximumServices else { return }
    var minutes = RecentMinutes(minute: minute)
    minutes.add(tally, at: minute)
    counts[service] = minutes
  }

  func recent(at now: Timestamp) -> [SPIFFEID: RequestTally] {
    let minute = UInt32(clamping: now.second) / 60
    return counts.mapValues { $0.sum(5, upTo: minute) }.filter { $0.value.total > 0 }
  }

  /// As many identities as there may be proxies.
  private static let maximumServices = 10_000
}
