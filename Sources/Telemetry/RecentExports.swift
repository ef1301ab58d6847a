internal import DequeModule
package import MeshModel

/// Remembers the exports that were taken, to know those that are sent again: an exporter that got no
/// answer repeats the whole request.
///
/// Bounded in all and for each sender; when it is full the sender with the most forgets its oldest.
/// A sender that crafts two requests of one hash loses its own second one only.
package struct RecentExports: Sendable {
  private struct Sender: Sendable {
    var order: Deque<UInt64> = []
    var known: Set<UInt64> = []
  }

  private var senders: [SPIFFEID: Sender] = [:]
  private var count = 0

  package init() {}

  /// False when this sender's export was taken before.
  package mutating func insert(_ bytes: [UInt8], from sender: SPIFFEID) -> Bool {
    var hash = StableHash()
    hash.combine(bytes.span.bytes, 0..<bytes.count)
    guard senders[sender, default: Sender()].known.insert(hash.value).inserted else { return false }
    senders[sender]?.order.append(hash.value)
    count += 1
    if (senders[sender]?.order.count ?? 0) > Self.perSender { forgetOldest(of: sender) }
    if count > Self.limit,
      let largest = senders.max(by: {
        ($0.value.order.count, $1.key) < ($1.value.order.count, $0.key)
      })
    {
      forgetOldest(of: largest.key)
    }
    return true
  }

  private mutating func forgetOldest(of sender: SPIFFEID) {
    guard let oldest = senders[sender]?.order.popFirst() else { return }
    senders[sender]?.known.remove(oldest)
    if senders[sender]?.order.isEmpty == true { senders[sender] = nil }
    count -= 1
  }

  /// Minutes of a hundred replicas of one workload that export each second; some 128 KiB.
  private static let perSender = 8_192
  /// Some 2 MiB.
  private static let limit = 65_536
}
