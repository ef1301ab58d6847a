package import MeshModel

/// An export of log records as access log messages, one for each listener that it speaks of.
///
/// It reads OpenTelemetry's `ExportLogsServiceRequest` from the wire. A request that is damaged
/// anywhere is refused as a whole; a record that cannot be used is counted without its neighbours.
package struct LogExport: Sendable {
  /// Records of the request, of whatever use.
  package private(set) var records = 0
  /// Only what was rejected; the messages' entries are counted by who reads them.
  package private(set) var ledger = IngestLedger()
  /// From the first resource.
  package private(set) var node = ""
  private var writers: [Listener: AccessLogWriter] = [:]
  private let sender: SPIFFEID
  private let isGateway: Bool

  /// `bytes` of at most `maximumBytes`.
  package init(
    reading bytes: [UInt8], sender: SPIFFEID, isGateway: Bool
  ) throws(MalformedMessage) {
    self.sender = sender
    self.isGateway = isGateway
    try read(bytes.span.bytes)
  }

  /// What the first resource says of itself; an export without one says nothing.
  package static func resource(
    of bytes: borrowing RawSpan
  ) throws(MalformedMessage) -> LogResource {
    var cursor = WireCursor(bytes, 0..<bytes.byteCount)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == field1 else {
        try cursor.skip(bytes, tag)
        continue
      }
      return try resource(bytes, try cursor.content(bytes))
    }
    return LogResource()
  }

  /// `StreamAccessLogsMessage`s in the order of their listeners.
  package var messages: [(listener: Listener, bytes: [UInt8])] {
    Listener.allCases.compactMap { listener in
      writers[listener].map { (listener, $0.message) }
    }
  }

  private mutating func read(_ bytes: borrowing RawSpan) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, 0..<bytes.byteCount)
    var isFirst = true
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == Self.field1 else {
        try cursor.skip(bytes, tag)
        continue
      }
      let range = try cursor.content(bytes)
      // A resource may follow its records.
      let resource = try Self.resource(bytes, range)
      if isFirst { node = resource.node }
      isFirst = false
      try readResourceLogs(bytes, range, resource)
    }
  }

  private mutating func readResourceLogs(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ resource: LogResource
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == Self.field2 else {
        try cursor.skip(bytes, tag)
        continue
      }
      var scope = WireCursor(bytes, try cursor.content(bytes))
      while !scope.isAtEnd {
        let tag = try scope.tag(bytes)
        guard tag == Self.field2 else {
          try scope.skip(bytes, tag)
          continue
        }
        try readRecord(bytes, try scope.content(bytes), resource)
      }
    }
  }

  private mutating func readRecord(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ resource: LogResource
  ) throws(MalformedMessage) {
    var cursor = WireCursor(bytes, range)
    var attributes = AccessLogAttributes()
    var nanoseconds: UInt64 = 0
    var count = 0
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case 1 << 3 | WireType.fixed64: nanoseconds = try cursor.fixed64(bytes)
      case 6 << 3 | WireType.bytes:
        let content = try cursor.content(bytes)
        let (key, value) = try Self.attribute(bytes, content)
        count += 1
        if count <= Self.maximumAttributes, let value,
          let known = LogAttribute(named: bytes, key)
        {
          attributes.set(known, value, in: bytes)
        }
      default: try cursor.skip(bytes, tag)
      }
    }
    records += 1
    do throws(Rejection) {
      guard records <= Self.maximumRecords else { throw .tooManyEntries }
      guard count <= Self.maximumAttributes, !resource.hasTooMany else { throw .tooManyAttributes }
      guard resource.mayBe(sender), resource.node == node else { throw .notOwn }
      let record = try attributes.record(recordNanoseconds: nanoseconds)
      guard
        let listener = attributes.listener ?? Listener(rawValue: resource.logName)
          ?? attributes.listenerByDirection
      else { throw .unknownListener }
      guard listener != .ingress || isGateway else { throw .notGateway }
      writers[listener, default: AccessLogWriter()].append(
        record, from: attributes.texts.span.bytes)
    } catch {
      ledger.countReceived(1)
      ledger.countRejected(error)
    }
  }

  private static func resource(
    _ bytes: borrowing RawSpan, _ resourceLogs: Range<Int>
  ) throws(MalformedMessage) -> LogResource {
    var resource = LogResource()
    var cursor = WireCursor(bytes, resourceLogs)
    var count = 0
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      guard tag == field1 else {
        try cursor.skip(bytes, tag)
        continue
      }
      var content = WireCursor(bytes, try cursor.content(bytes))
      while !content.isAtEnd {
        let tag = try content.tag(bytes)
        guard tag == field1 else {
          try content.skip(bytes, tag)
          continue
        }
        let (key, value) = try attribute(bytes, try content.content(bytes))
        count += 1
        guard count <= maximumAttributes else {
          resource.hasTooMany = true
          continue
        }
        guard key.count <= maximumKeyBytes, case .text(let text) = value else { continue }
        resource.set(bytes.string(key), bytes.string(text.prefix(maximumTextBytes)))
      }
    }
    return resource
  }

  /// A key, and a value unless it is of a kind that is not read.
  private static func attribute(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) -> (key: Range<Int>, value: LogValue?) {
    var cursor = WireCursor(bytes, range)
    var key = range.lowerBound..<range.lowerBound
    var value: LogValue?
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case field1: key = try cursor.content(bytes)
      case field2: value = try Self.value(bytes, try cursor.content(bytes)) ?? value
      default: try cursor.skip(bytes, tag)
      }
    }
    return (key, value)
  }

  private static func value(
    _ bytes: borrowing RawSpan, _ range: Range<Int>
  ) throws(MalformedMessage) -> LogValue? {
    var cursor = WireCursor(bytes, range)
    var value: LogValue?
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag {
      case field1: value = .text(try cursor.content(bytes))
      case 3 << 3 | WireType.varint:
        value = .integer(Int64(bitPattern: try cursor.varint(bytes)))
      case 4 << 3 | WireType.fixed64:
        value = .real(Double(bitPattern: try cursor.fixed64(bytes)))
      default: try cursor.skip(bytes, tag)
      }
    }
    return value
  }

  private static let field1: Tag = 1 << 3 | WireType.bytes
  private static let field2: Tag = 2 << 3 | WireType.bytes
  /// Of a record or a resource; an access log has some twenty.
  private static let maximumAttributes = 64
  /// Of a request, as of an access log message.
  private static let maximumRecords = 16_384
  private static let maximumKeyBytes = 64
  private static let maximumTextBytes = 2_048
  /// Of a request. Envoy's buffer has 16 KiB unless it is told otherwise.
  package static let maximumBytes = 4 << 20
}
