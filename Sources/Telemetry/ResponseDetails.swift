internal import MeshModel

/// What Envoy's response code details say, as far as Flyball asks.
enum ResponseDetails: Equatable {
  case viaUpstream
  case localRateLimited
  /// Envoy puts the policy's name between brackets, and ours is `<action id>[.outbound]`.
  case deniedBy(ActionID)
  case other

  @inline(__always)
  init(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    // The three differ in their first eight letters.
    let start =
      range.count >= 8 && range.upperBound <= bytes.byteCount
      ? bytes.word(uncheckedAt: range.lowerBound) : 0
    switch start {
    case Self.startOfUpstream where Self.has(bytes, range, Self.upstream): self = .viaUpstream
    case Self.startOfLimited
    where range.count == Self.limited.utf8CodeUnitCount && Self.has(bytes, range, Self.limited):
      self = .localRateLimited
    case Self.startOfDenied where Self.has(bytes, range, Self.denied):
      self = Self.action(bytes.extracting(range)).map { .deniedBy($0) } ?? .other
    default: self = .other
    }
  }

  private static func has(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ prefix: StaticString
  ) -> Bool {
    guard range.count >= prefix.utf8CodeUnitCount else { return false }
    for offset in 8..<prefix.utf8CodeUnitCount
    where bytes.unsafeLoad(fromByteOffset: range.lowerBound &+ offset, as: UInt8.self)
      != prefix.utf8Start[offset]
    {
      return false
    }
    return true
  }

  private static func action(_ details: borrowing RawSpan) -> ActionID? {
    let closing: UInt8 = 0x5D
    let last = details.byteCount - 1
    guard details.unsafeLoad(fromByteOffset: last, as: UInt8.self) == closing else { return nil }
    return ActionID(policy: details, denied.utf8CodeUnitCount..<last)
  }

  private static let upstream: StaticString = "via_upstream"
  private static let limited: StaticString = "local_rate_limited"
  private static let denied: StaticString = "rbac_access_denied_matched_policy["
  /// `via_upst`, `local_ra` and `rbac_acc`, as little-endian words.
  private static let startOfUpstream: UInt64 = 0x7473_7075_5F61_6976
  private static let startOfLimited: UInt64 = 0x6172_5F6C_6163_6F6C
  private static let startOfDenied: UInt64 = 0x6363_615F_6361_6272
}

extension ActionID {
  /// The action that a policy is named after: `<action id>[.outbound]`.
  init?(policy bytes: borrowing RawSpan, _ range: Range<Int>) {
    let dot: UInt8 = 0x2E
    var end = range.lowerBound
    while end < range.upperBound, bytes.unsafeLoad(fromByteOffset: end, as: UInt8.self) != dot {
      end += 1
    }
    self.init(bytes, range.lowerBound..<end)
  }
}
