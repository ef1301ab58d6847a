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
    var cursor = WireCursor(0..<bytes.byteCount)
    var identifier = 0..<0
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      if tag.field == 1, tag.type == .bytes {
        identifier = try cursor.content(bytes)
      } else {
        try cursor.skip(bytes, tag)
      }
    }
    return identifier
  }

  /// Calls `body` with each entry, or nil for one that is malformed.
  ///
  /// A message whose own framing breaks ends with one last nil.
  @inline(__always)
  package static func forEachEntry(
    in bytes: borrowing RawSpan, _ body: (borrowing RawSpan, AccessLogEntry?) -> Void
  ) {
    do throws(MalformedMessage) {
      var cursor = WireCursor(0..<bytes.byteCount)
      while !cursor.isAtEnd {
        let tag = try cursor.tag(bytes)
        guard tag.type == .bytes, tag.field == 2 || tag.field == 3 else {
          try cursor.skip(bytes, tag)
          continue
        }
        var entries = WireCursor(try cursor.content(bytes))
        while !entries.isAtEnd {
          let inner = try entries.tag(bytes)
          guard inner.field == 1, inner.type == .bytes else {
            try entries.skip(bytes, inner)
            continue
          }
          body(
            bytes, entry(in: bytes, try entries.content(bytes), tag.field == 2 ? .http : .tcp))
        }
      }
    } catch {
      body(bytes, nil)
    }
  }

  private static func entry(
    in bytes: borrowing RawSpan, _ range: Range<Int>, _ transport: AccessLogEntry.Transport
  ) -> AccessLogEntry? {
    var entry = AccessLogEntry(transport)
    do throws(MalformedMessage) {
      var cursor = WireCursor(range)
      while !cursor.isAtEnd {
        let tag = try cursor.tag(bytes)
        guard tag.type == .bytes else {
          try cursor.skip(bytes, tag)
          continue
        }
        let content = try cursor.content(bytes)
        switch (tag.field, transport) {
        case (1, _): try entry.readCommon(bytes, content)
        case (2, .tcp): try entry.readConnection(bytes, content)
        case (3, .http): try entry.readRequest(bytes, content)
        case (4, .http): try entry.readResponse(bytes, content)
        default: break
        }
      }
    } catch {
      return nil
    }
    return entry
  }
}

extension AccessLogEntry {
  fileprivate mutating func readCommon(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch (tag.field, tag.type) {
      case (4, .bytes): try readTLS(bytes, try cursor.content(bytes))
      case (5, .bytes):
        hasStart = true
        try readSeconds(bytes, try cursor.content(bytes), &startSeconds, &startNanoseconds)
      case (15, .bytes): upstreamCluster = ByteRange(try cursor.content(bytes))
      case (16, .bytes): try readFlags(bytes, try cursor.content(bytes))
      case (19, .bytes): routeName = ByteRange(try cursor.content(bytes))
      case (23, .bytes):
        try readSeconds(bytes, try cursor.content(bytes), &durationSeconds, &durationNanoseconds)
      case (25, .bytes):
        let content = try cursor.content(bytes)
        if transport == .tcp { details = ByteRange(content) }
      case (33, .varint): type = Int32(truncatingIfNeeded: try cursor.varint(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private mutating func readTLS(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag.field == 5, tag.type == .bytes else {
        try cursor.skip(bytes, tag)
        continue
      }
      var certificate = WireCursor(try cursor.content(bytes))
      while !certificate.isAtEnd {
        let tag = try certificate.tag(bytes)
        guard tag.field == 1, tag.type == .bytes else {
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
    var cursor = WireCursor(range)
    var uri: Range<Int>?
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch (tag.field, tag.type) {
      case (1, .bytes): uri = try cursor.content(bytes)
      case (2, .bytes):
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
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch (tag.field, tag.type) {
      case (1, .varint): seconds = Int64(bitPattern: try cursor.varint(bytes))
      case (2, .varint): nanoseconds = Int32(truncatingIfNeeded: try cursor.varint(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private mutating func readFlags(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag.type == .varint, let flag = ResponseFlags(field: tag.field) else {
        try cursor.skip(bytes, tag)
        continue
      }
      if try cursor.varint(bytes) != 0 { flags.insert(flag) } else { flags.remove(flag) }
    }
  }

  fileprivate mutating func readRequest(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch (tag.field, tag.type) {
      case (3, .bytes): authority = ByteRange(try cursor.content(bytes))
      case (5, .bytes): path = ByteRange(try cursor.content(bytes))
      case (12, .varint): requestBytes = try cursor.varint(bytes)
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  fileprivate mutating func readResponse(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch (tag.field, tag.type) {
      case (1, .bytes): try readStatus(bytes, try cursor.content(bytes))
      case (3, .varint): responseBytes = try cursor.varint(bytes)
      case (6, .bytes): details = ByteRange(try cursor.content(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private mutating func readStatus(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      if tag.field == 1, tag.type == .varint {
        status = UInt32(truncatingIfNeeded: try cursor.varint(bytes))
      } else {
        try cursor.skip(bytes, tag)
      }
    }
  }

  fileprivate mutating func readConnection(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch (tag.field, tag.type) {
      case (1, .varint): requestBytes = try cursor.varint(bytes)
      case (2, .varint): responseBytes = try cursor.varint(bytes)
      default: try cursor.skip(bytes, tag)
      }
    }
  }
}

extension ByteRange {
  fileprivate init(_ range: Range<Int>) {
    self.init(
      start: UInt32(truncatingIfNeeded: range.lowerBound),
      count: UInt32(truncatingIfNeeded: range.count))
  }
}

extension ResponseFlags {
  fileprivate init?(field: UInt32) {
    switch field {
    case 2: self = .noHealthyUpstream
    case 6: self = .upstreamConnectionFailure
    case 9: self = .noRouteFound
    case 12: self = .rateLimited
    case 25: self = .noClusterFound
    case 27: self = .dnsResolutionFailure
    default: return nil
    }
  }
}
