internal import MeshModel

/// Reads Envoy's `StreamAccessLogsMessage` and its entries from the wire, only what is needed.
///
/// Field numbers are those of envoy.service.accesslog.v3 and envoy.data.accesslog.v3. Repeated
/// occurrences of a field merge as protobuf's do: numbers and texts take the last value. A
/// malformed entry is skipped without its neighbours.
package enum AccessLogReader {
  /// Where the `Identifier` of a stream's first message is; empty when it has none.
  package static func identifier(
    in bytes: borrowing RawSpan
  ) throws(MalformedMessage) -> Range<Int> {
    try last(1, in: bytes, 0..<bytes.byteCount)
  }

  /// Where the text of the address is in an `Address`; empty when it is of another kind.
  static func address(
    in bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) -> Range<Int> {
    let socket = try last(1, in: bytes, range)
    return try last(2, in: bytes, socket)
  }

  /// The key and the value of one entry of a map of texts; empty where it has none.
  static func pair(
    in bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) -> (key: Range<Int>, value: ByteRange) {
    var cursor = WireCursor(bytes, range)
    var key = range.lowerBound..<range.lowerBound
    var value = ByteRange()
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.bytes: key = try cursor.content(bytes)
      case 2 << 3 | WireType.bytes: value = ByteRange(try cursor.content(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
    return (key, value)
  }

  /// The content of the last occurrence of a field; empty when it has none.
  private static func last(
    _ field: UInt32, in bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) -> Range<Int> {
    var cursor = WireCursor(bytes, range)
    var found = range.lowerBound..<range.lowerBound
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      if tag == field << 3 | WireType.bytes {
        found = try cursor.content(bytes)
      } else {
        try cursor.skip(bytes, tag)
      }
    }
    return found
  }

  /// Calls `body` with each entry, or nil for one that is malformed.
  ///
  /// A message whose own framing breaks ends with one last nil.
  @inline(__always)
  package static func forEachEntry(
    in bytes: borrowing RawSpan, _ body: (borrowing RawSpan, AccessLogEntry?) -> Void
  ) {
    do throws(MalformedMessage) {
      var cursor = WireCursor(bytes, 0..<bytes.byteCount)
      while !cursor.isAtEnd {
        let tag = try cursor.tag(bytes)
        guard tag == httpLogs || tag == tcpLogs else {
          try cursor.skip(bytes, tag)
          continue
        }
        var entries = WireCursor(bytes, try cursor.content(bytes))
        while !entries.isAtEnd {
          let inner = try entries.tag(bytes)
          guard inner == 1 << 3 | WireType.bytes else {
            try entries.skip(bytes, inner)
            continue
          }
          var entry = AccessLogEntry(tag == httpLogs ? .http : .tcp)
          let content = try entries.content(bytes)
          do throws(MalformedMessage) {
            try read(&entry, bytes, content)
            entry.content = ByteRange(content)
          } catch {
            body(bytes, nil)
            continue
          }
          body(bytes, entry)
        }
      }
    } catch {
      body(bytes, nil)
    }
  }

  private static func read(
    _ entry: inout AccessLogEntry, _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    let isHTTP = entry.transport == .http
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.bytes: try entry.readCommon(bytes, try cursor.content(bytes))
      case 2 << 3 | WireType.bytes where !isHTTP:
        try entry.readConnection(bytes, try cursor.content(bytes))
      case 3 << 3 | WireType.bytes where isHTTP:
        try entry.readRequest(bytes, try cursor.content(bytes))
      case 4 << 3 | WireType.bytes where isHTTP:
        try entry.readResponse(bytes, try cursor.content(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private static let httpLogs = 2 << 3 | WireType.bytes
  private static let tcpLogs = 3 << 3 | WireType.bytes
}

extension AccessLogEntry {
  fileprivate mutating func readCommon(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 4 << 3 | WireType.bytes:
        isEncrypted = true
        try readTLS(bytes, try cursor.content(bytes))
      case 5 << 3 | WireType.bytes:
        hasStart = true
        try readSeconds(bytes, try cursor.content(bytes), &startSeconds, &startNanoseconds)
      case 15 << 3 | WireType.bytes: upstreamCluster = ByteRange(try cursor.content(bytes))
      case 16 << 3 | WireType.bytes: try readFlags(bytes, try cursor.content(bytes))
      case 17 << 3 | WireType.bytes:
        if MetadataGlance.mayHoldOurs(bytes, try cursor.content(bytes)) { hasOwnMetadata = true }
      case 19 << 3 | WireType.bytes: routeName = ByteRange(try cursor.content(bytes))
      case 20 << 3 | WireType.bytes: remoteAddress = ByteRange(try cursor.content(bytes))
      case 23 << 3 | WireType.bytes:
        try readSeconds(bytes, try cursor.content(bytes), &durationSeconds, &durationNanoseconds)
      case 25 << 3 | WireType.bytes:
        let content = try cursor.content(bytes)
        if transport == .tcp { details = ByteRange(content) }
      case 33 << 3 | WireType.varint: type = Int32(truncatingIfNeeded: try cursor.varint(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private mutating func readTLS(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == 5 << 3 | WireType.bytes else {
        try cursor.skip(bytes, tag)
        continue
      }
      var certificate = WireCursor(bytes, try cursor.content(bytes))
      while !certificate.isAtEnd {
        let tag = try certificate.tag(bytes)
        guard tag == 1 << 3 | WireType.bytes else {
          try certificate.skip(bytes, tag)
          continue
        }
        try readAlternativeName(bytes, try certificate.content(bytes))
      }
    }
  }

  /// A name is either a URI (1) or a DNS name (2): the last one given counts.
  private mutating func readAlternativeName(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    var uri: Range<Int>?
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.bytes: uri = try cursor.content(bytes)
      case 2 << 3 | WireType.bytes:
        _ = try cursor.content(bytes)
        uri = nil
      default: try cursor.skip(bytes, tag)
      }
    }
    guard let uri else { return }
    peerURIs &+= 1
    peerURI = ByteRange(uri)
  }

  /// A timestamp or a duration.
  private func readSeconds(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ seconds: inout Int64,
    _ nanoseconds: inout Int32
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.varint: seconds = Int64(bitPattern: try cursor.varint(bytes))
      case 2 << 3 | WireType.varint:
        nanoseconds = Int32(truncatingIfNeeded: try cursor.varint(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private mutating func readFlags(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag & 7 == WireType.varint, let flag = ResponseFlags(field: tag >> 3) else {
        try cursor.skip(bytes, tag)
        continue
      }
      if try cursor.varint(bytes) != 0 { flags.insert(flag) } else { flags.remove(flag) }
    }
  }

  fileprivate mutating func readRequest(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 3 << 3 | WireType.bytes: authority = ByteRange(try cursor.content(bytes))
      case 5 << 3 | WireType.bytes: path = ByteRange(try cursor.content(bytes))
      case 12 << 3 | WireType.varint: requestBytes = try cursor.varint(bytes)
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  fileprivate mutating func readResponse(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.bytes: try readStatus(bytes, try cursor.content(bytes))
      case 3 << 3 | WireType.varint: responseBytes = try cursor.varint(bytes)
      case 6 << 3 | WireType.bytes: details = ByteRange(try cursor.content(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private mutating func readStatus(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      if tag == 1 << 3 | WireType.varint {
        status = UInt32(truncatingIfNeeded: try cursor.varint(bytes))
      } else {
        try cursor.skip(bytes, tag)
      }
    }
  }

  fileprivate mutating func readConnection(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.varint: requestBytes = try cursor.varint(bytes)
      case 2 << 3 | WireType.varint: responseBytes = try cursor.varint(bytes)
      default: try cursor.skip(bytes, tag)
      }
    }
  }
}

extension ByteRange {
  init(_ range: Range<Int>) {
    self.init(
      start: UInt32(truncatingIfNeeded: range.lowerBound),
      count: UInt32(truncatingIfNeeded: range.count))
  }
}

extension ResponseFlags {
  /// The flags' fields in Envoy's `ResponseFlags`.
  static let fields: [(flag: ResponseFlags, field: UInt32)] = [
    (.noHealthyUpstream, 2), (.upstreamConnectionFailure, 6), (.noRouteFound, 9),
    (.rateLimited, 12), (.noClusterFound, 25), (.dnsResolutionFailure, 27),
  ]

  fileprivate init?(field: UInt32) {
    guard let known = Self.fields.first(where: { $0.field == field }) else { return nil }
    self = known.flag
  }
}
