package import MeshModel

extension RequestFields {
  /// Reads an `HTTPAccessLogEntry`: field numbers are those of envoy.data.accesslog.v3. An address
  /// or a header that is damaged in itself counts as not logged.
  package init(
    _ bytes: borrowing RawSpan, _ entry: Range<Int>
  ) throws(MalformedMessage) {
    self.init()
    var cursor = WireCursor(bytes, entry)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.bytes: try readCommon(bytes, try cursor.content(bytes))
      case 3 << 3 | WireType.bytes: try readRequest(bytes, try cursor.content(bytes))
      case 4 << 3 | WireType.bytes: try readResponse(bytes, try cursor.content(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private mutating func readCommon(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 13 << 3 | WireType.bytes:
        destinationAddress = Self.address(bytes, try cursor.content(bytes))
      case 20 << 3 | WireType.bytes:
        clientAddress = Self.address(bytes, try cursor.content(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  private static func address(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> ByteRange {
    (try? AccessLogReader.address(in: bytes, range)).map(ByteRange.init) ?? ByteRange()
  }

  private mutating func readRequest(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.varint:
        method = RequestMethod(rawValue: UInt8(clamping: try cursor.varint(bytes))) ?? .unknown
      case 2 << 3 | WireType.bytes: scheme = ByteRange(try cursor.content(bytes))
      case 3 << 3 | WireType.bytes: authority = ByteRange(try cursor.content(bytes))
      case 5 << 3 | WireType.bytes: path = ByteRange(try cursor.content(bytes))
      case 6 << 3 | WireType.bytes: userAgent = ByteRange(try cursor.content(bytes))
      case 7 << 3 | WireType.bytes: referer = ByteRange(try cursor.content(bytes))
      case 10 << 3 | WireType.bytes: originalPath = ByteRange(try cursor.content(bytes))
      case 12 << 3 | WireType.varint: requestBytes = UInt32(clamping: try cursor.varint(bytes))
      case 13 << 3 | WireType.bytes:
        let header = try cursor.content(bytes)
        try? readHeader(bytes, header)
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  /// One of the headers that the proxy is told to log, by its name in lower case.
  private mutating func readHeader(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    let (name, text) = try AccessLogReader.pair(in: bytes, range)
    for header in LoggedHeader.allCases where bytes.isEqual(name, header.name) {
      self[keyPath: header.field] = text
    }
  }

  private mutating func readResponse(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.bytes:
        var code = WireCursor(bytes, try cursor.content(bytes))
        while !code.isAtEnd {
          let tag = try code.tag(bytes)
          if tag == 1 << 3 | WireType.varint {
            status = UInt16(clamping: try code.varint(bytes))
          } else {
            try code.skip(bytes, tag)
          }
        }
      case 3 << 3 | WireType.varint: responseBytes = UInt32(clamping: try cursor.varint(bytes))
      default: try cursor.skip(bytes, tag)
      }
    }
  }
}

/// The request headers that rules may ask for, where a proxy is told to log them.
enum LoggedHeader: CaseIterable {
  case cookie
  case contentType
  /// Whom an authenticating proxy in front let in.
  case forwardedUser

  var name: StaticString {
    switch self {
    case .cookie: "cookie"
    case .contentType: "content-type"
    case .forwardedUser: "x-forwarded-user"
    }
  }

  var field: WritableKeyPath<RequestFields, ByteRange> {
    switch self {
    case .cookie: \.cookie
    case .contentType: \.contentType
    case .forwardedUser: \.userName
    }
  }
}

extension RawSpan {
  func isEqual(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count
    where unsafeLoad(fromByteOffset: range.lowerBound &+ offset, as: UInt8.self)
      != text.utf8Start[offset]
    {
      return false
    }
    return true
  }
}
