package import MeshModel

/// The texts of a request's dynamic metadata that tell what actions of ours did to it, or would have
/// done.
package struct EntryMetadata: Hashable, Sendable {
  /// Of the RBAC filter: the policy of our shadow rules that matched.
  package var shadowPolicy = ByteRange()
  /// Of our route filter: the action that reroutes, to which cluster, and the one that only would.
  package var routeAction = ByteRange()
  package var routeCluster = ByteRange()
  package var routeShadow = ByteRange()

  package init() {}

  package var isEmpty: Bool {
    @inline(__always) get {
      shadowPolicy.isEmpty && routeAction.isEmpty && routeCluster.isEmpty && routeShadow.isEmpty
    }
  }

  /// Reads what an entry's common properties hold.
  package init(
    _ entry: AccessLogEntry, _ bytes: borrowing RawSpan
  ) throws(MalformedMessage) {
    guard entry.hasOwnMetadata else { return }
    var cursor = WireCursor(bytes, entry.content.range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == Self.field1 else {
        try cursor.skip(bytes, tag)
        continue
      }
      var common = WireCursor(bytes, try cursor.content(bytes))
      while !common.isAtEnd {
        let tag = try common.tag(bytes)
        if tag == 17 << 3 | WireType.bytes {
          try read(bytes, try common.content(bytes))
        } else {
          try common.skip(bytes, tag)
        }
      }
    }
  }

  /// Reads `envoy.config.core.v3.Metadata`. As in any map, the last entry of a key counts.
  private mutating func read(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == Self.field1 else {
        try cursor.skip(bytes, tag)
        continue
      }
      let entry = try cursor.content(bytes)
      let key = try Self.key(bytes, entry)
      if Self.isEqual(bytes, key, Self.rbac) {
        shadowPolicy = ByteRange()
        try readFields(bytes, entry, of: .rbac)
      } else if Self.isEqual(bytes, key, Self.route) {
        (routeAction, routeCluster, routeShadow) = (ByteRange(), ByteRange(), ByteRange())
        try readFields(bytes, entry, of: .route)
      }
    }
  }

  /// Reads the `google.protobuf.Struct` that is the value of an entry.
  private mutating func readFields(
    _ bytes: borrowing RawSpan, _ entry: Range<Int>, of filter: Filter
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, entry)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == Self.field2 else {
        try cursor.skip(bytes, tag)
        continue
      }
      var fields = WireCursor(bytes, try cursor.content(bytes))
      while !fields.isAtEnd {
        let tag = try fields.tag(bytes)
        guard tag == Self.field1 else {
          try fields.skip(bytes, tag)
          continue
        }
        let field = try fields.content(bytes)
        let key = try Self.key(bytes, field)
        switch filter {
        case .rbac where Self.isEqual(bytes, key, Self.policy):
          shadowPolicy = try Self.text(bytes, field)
        case .route where Self.isEqual(bytes, key, Self.action):
          routeAction = try Self.text(bytes, field)
        case .route where Self.isEqual(bytes, key, Self.cluster):
          routeCluster = try Self.text(bytes, field)
        case .route where Self.isEqual(bytes, key, Self.shadow):
          routeShadow = try Self.text(bytes, field)
        case .rbac, .route, .throttle: break
        }
      }
    }
  }

  /// The key of a map's entry; empty when it has none.
  private static func key(
    _ bytes: borrowing RawSpan, _ entry: Range<Int>
  ) throws(MalformedMessage) -> Range<Int> {
    var cursor = WireCursor(bytes, entry)
    var key = entry.lowerBound..<entry.lowerBound
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      if tag == field1 { key = try cursor.content(bytes) } else { try cursor.skip(bytes, tag) }
    }
    return key
  }

  /// The text of the `google.protobuf.Value` that is the value of an entry; empty when it is of
  /// another kind.
  private static func text(
    _ bytes: borrowing RawSpan, _ entry: Range<Int>
  ) throws(MalformedMessage) -> ByteRange {
    var cursor = WireCursor(bytes, entry)
    var text = ByteRange()
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == field2 else {
        try cursor.skip(bytes, tag)
        continue
      }
      var value = WireCursor(bytes, try cursor.content(bytes))
      while !value.isAtEnd {
        let tag = try value.tag(bytes)
        switch tag {
        case 3 << 3 | WireType.bytes: text = ByteRange(try value.content(bytes))
        case 1 << 3 | WireType.varint, 2 << 3 | WireType.fixed64, 4 << 3 | WireType.varint,
          5 << 3 | WireType.bytes, 6 << 3 | WireType.bytes:
          try value.skip(bytes, tag)
          text = ByteRange()
        default: try value.skip(bytes, tag)
        }
      }
    }
    return text
  }

  /// Word by word, since every request may have metadata. The range is within the bytes.
  @inline(__always)
  private static func isEqual(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ text: StaticString
  ) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    let other = UnsafeRawPointer(text.utf8Start)
    guard range.count >= 8 else {
      for offset in 0..<range.count
      where bytes.unsafeLoad(fromUncheckedByteOffset: range.lowerBound &+ offset, as: UInt8.self)
        != other.load(fromByteOffset: offset, as: UInt8.self)
      {
        return false
      }
      return true
    }
    var offset = 0
    while true {
      let word = other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      guard
        bytes.word(uncheckedAt: range.lowerBound &+ offset) == UInt64(littleEndian: word)
      else { return false }
      guard offset &+ 8 < range.count else { return true }
      // The last word overlaps the one before it.
      offset = min(offset &+ 8, range.count &- 8)
    }
  }

  private static let field1: Tag = 1 << 3 | WireType.bytes
  private static let field2: Tag = 2 << 3 | WireType.bytes
  /// The RBAC filter's own name, whatever it is called in a configuration.
  static let rbac: StaticString = "envoy.filters.http.rbac"
  static let route: StaticString = "flyball.route"
  static let policy: StaticString = "flyball_shadow_effective_policy_id"
  static let action: StaticString = "action"
  static let cluster: StaticString = "cluster"
  static let shadow: StaticString = "shadow"
}
