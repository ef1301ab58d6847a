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
    let details = bytes.extracting(range)
    if details.starts(with: Self.upstream) {
      self = .viaUpstream
    } else if details.byteCount == Self.limited.utf8CodeUnitCount,
      details.starts(with: Self.limited)
    {
      self = .localRateLimited
    } else if details.starts(with: Self.denied), let action = Self.action(details) {
      self = .deniedBy(action)
    } else {
      self = .other
    }
  }

  private static func action(_ details: borrowing RawSpan) -> ActionID? {
    let closing: UInt8 = 0x5D
    let dot: UInt8 = 0x2E
    let last = details.byteCount - 1
    guard details.unsafeLoad(fromByteOffset: last, as: UInt8.self) == closing else { return nil }
    var name = ""
    for offset in denied.utf8CodeUnitCount..<last {
      let byte = details.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      guard byte != dot, name.utf8.count < 16 else { break }
      name.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return ActionID(parsing: name)
  }

  private static let upstream: StaticString = "via_upstream"
  private static let limited: StaticString = "local_rate_limited"
  private static let denied: StaticString = "rbac_access_denied_matched_policy["
}

extension RawSpan {
  @inline(__always)
  fileprivate func starts(with text: StaticString) -> Bool {
    guard byteCount >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where unsafeLoad(fromByteOffset: offset, as: UInt8.self) != text.utf8Start[offset] {
      return false
    }
    return true
  }
}
