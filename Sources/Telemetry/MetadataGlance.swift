internal import MeshModel

/// Tells, by the lengths of its keys alone, that metadata holds nothing of ours: with any RBAC filter
/// every request has some.
enum MetadataGlance {
  /// False only where every entry is written in the usual way, its key and then its value, and no
  /// key is as long as ours.
  static func mayHoldOurs(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
    var position = range.lowerBound
    while position < range.upperBound {
      guard let filter = Entry(bytes, at: position, before: range.upperBound) else { return true }
      position = filter.end
      if filter.keyCount == EntryMetadata.route.utf8CodeUnitCount { return true }
      guard filter.keyCount == EntryMetadata.rbac.utf8CodeUnitCount else { continue }
      var field = filter.valueStart
      while field < filter.end {
        guard let entry = Entry(bytes, at: field, before: filter.end),
          entry.keyCount != EntryMetadata.policy.utf8CodeUnitCount
        else { return true }
        field = entry.end
      }
    }
    return false
  }

  /// One entry of a map: its key and its value, once each and in this order.
  private struct Entry {
    var keyCount: Int
    var valueStart: Int
    /// Of the value, and so of the entry.
    var end: Int

    @inline(__always)
    init?(_ bytes: borrowing RawSpan, at start: Int, before limit: Int) {
      var position = start
      guard let count = Self.count(1, bytes, &position, limit), count <= limit &- position
      else { return nil }
      end = position &+ count
      guard let key = Self.count(1, bytes, &position, end), key <= end &- position
      else { return nil }
      keyCount = key
      position &+= key
      guard let value = Self.count(2, bytes, &position, end), value == end &- position
      else { return nil }
      valueStart = position
    }

    /// The length of a field that is next, below 16,384; the position is then that of its content.
    @inline(__always)
    private static func count(
      _ field: UInt8, _ bytes: borrowing RawSpan, _ position: inout Int, _ limit: Int
    ) -> Int? {
      guard limit &- position >= 2,
        bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self) == field &<< 3 | 2
      else { return nil }
      let low = bytes.unsafeLoad(fromUncheckedByteOffset: position &+ 1, as: UInt8.self)
      position &+= 2
      guard low >= 0x80 else { return Int(low) }
      guard position < limit else { return nil }
      let high = bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      position &+= 1
      return high < 0x80 ? Int(low & 0x7F) | Int(high) &<< 7 : nil
    }
  }
}
