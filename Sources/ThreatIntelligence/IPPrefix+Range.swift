package import MeshModel

extension IPPrefix {
  /// A block as feeds write it. The length of IPv4 inside IPv6 counts the 96 bits in front of it:
  /// `::ffff:192.0.2.0/120` is `192.0.2.0/24`.
  package init?(range text: some StringProtocol) {
    if let prefix = IPPrefix(text), !text.utf8.contains(UInt8(ascii: ":")) || prefix.family == .v6 {
      self = prefix
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ IPPrefix(address: $0) }) else { return nil }
    guard parts.count == 2 else {
      guard parts.count == 1 else { return nil }
      self = address
      return
    }
    guard address.family == .v4, parts[1].utf8.count <= 3,
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
      let prefix = IPPrefix("\(address.address)/\(length - 96)")
    else { return nil }
    self = prefix
  }
}
