internal import MeshModel

/// Writes access log entries in the form that `AccessLogReader` reads, with nothing it does not.
package struct AccessLogWriter {
  private var http = WireWriter()
  private var tcp = WireWriter()

  package init() {}

  /// The record's texts are taken from `source`, where its ranges point.
  package mutating func append(_ record: AccessLogRecord, from source: borrowing RawSpan) {
    let entry = record.entry
    var message = WireWriter()
    message.message(1, Self.common(record, source))
    switch entry.transport {
    case .http:
      message.message(3, Self.request(record, source))
      message.message(4, Self.response(entry, source))
      http.message(1, message)
    case .tcp:
      var connection = WireWriter()
      connection.number(1, entry.requestBytes)
      connection.number(2, entry.responseBytes)
      message.message(2, connection)
      tcp.message(1, message)
    }
  }

  /// Stands for an entry that could not be read, so that it is counted again where this is read.
  package mutating func appendMalformed() {
    var message = WireWriter()
    // A field that begins and does not go on.
    message.varint(UInt64(1 << 3 | WireType.bytes))
    http.message(1, message)
  }

  /// A `StreamAccessLogsMessage` with all that was appended: HTTP entries, then TCP ones.
  package var message: [UInt8] {
    var message = WireWriter()
    if !http.isEmpty { message.message(2, http) }
    if !tcp.isEmpty { message.message(3, tcp) }
    return message.bytes
  }

  /// Envoy's `Address` of a socket; without its port where that is 0.
  package static func address(_ host: some Collection<UInt8>, port: UInt64 = 0) -> [UInt8] {
    var socket = WireWriter()
    socket.text(2, host)
    socket.number(3, port)
    var address = WireWriter()
    address.message(1, socket)
    return address.bytes
  }

  private static func common(
    _ record: AccessLogRecord, _ source: borrowing RawSpan
  ) -> WireWriter {
    let entry = record.entry
    var common = WireWriter()
    if entry.isEncrypted { common.message(4, security(record, source)) }
    if entry.hasStart {
      common.message(5, seconds(entry.startSeconds, entry.startNanoseconds))
    }
    let destination = record.request.destinationAddress.range
    if !destination.isEmpty {
      let text = source.extracting(destination).withUnsafeBytes { Array($0) }
      common.text(13, address(text))
    }
    common.text(15, source, entry.upstreamCluster)
    if !entry.flags.isEmpty { common.message(16, flags(entry.flags)) }
    if !record.metadata.isEmpty { common.message(17, metadata(record.metadata, source)) }
    common.text(19, source, entry.routeName)
    if !entry.remoteAddress.isEmpty { common.text(20, source, entry.remoteAddress) }
    if !record.fingerprints.ja4.isEmpty {
      var tag = self.entry(ClientFingerprints.tag)
      tag.text(2, source, record.fingerprints.ja4)
      common.message(22, tag)
    }
    common.message(23, seconds(entry.durationSeconds, entry.durationNanoseconds))
    if entry.transport == .tcp { common.text(25, source, entry.details) }
    common.number(33, UInt64(bitPattern: Int64(entry.type)))
    return common
  }

  /// As many names as there were, up to two, each the last of them: more than one is no identity.
  private static func security(
    _ record: AccessLogRecord, _ source: borrowing RawSpan
  ) -> WireWriter {
    let entry = record.entry
    var name = WireWriter()
    name.text(1, source, entry.peerURI)
    // An empty name counts as one too.
    if name.isEmpty { name.message(1, WireWriter()) }
    var certificate = WireWriter()
    for _ in 0..<min(2, entry.peerURIs) { certificate.message(1, name) }
    var properties = WireWriter()
    if entry.peerURIs > 0 { properties.message(5, certificate) }
    properties.text(7, source, record.fingerprints.ja3)
    return properties
  }

  private static func metadata(
    _ metadata: EntryMetadata, _ source: borrowing RawSpan
  ) -> WireWriter {
    func field(
      _ key: StaticString, _ text: ByteRange, _ source: borrowing RawSpan,
      _ fields: inout WireWriter
    ) {
      guard !text.isEmpty else { return }
      var value = WireWriter()
      value.text(3, source, text)
      fields.message(1, entry(key, value))
    }
    var rbac = WireWriter()
    field(EntryMetadata.policy, metadata.shadowPolicy, source, &rbac)
    var route = WireWriter()
    field(EntryMetadata.action, metadata.routeAction, source, &route)
    field(EntryMetadata.cluster, metadata.routeCluster, source, &route)
    field(EntryMetadata.shadow, metadata.routeShadow, source, &route)
    var filters = WireWriter()
    if !rbac.isEmpty { filters.message(1, entry(EntryMetadata.rbac, rbac)) }
    if !route.isEmpty { filters.message(1, entry(EntryMetadata.route, route)) }
    return filters
  }

  /// One of a map.
  private static func entry(_ key: StaticString, _ value: WireWriter) -> WireWriter {
    var entry = entry(key)
    entry.message(2, value)
    return entry
  }

  private static func entry(_ key: StaticString) -> WireWriter {
    var entry = WireWriter()
    entry.text(1, UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    return entry
  }

  private static func request(
    _ record: AccessLogRecord, _ source: borrowing RawSpan
  ) -> WireWriter {
    let fields = record.request
    var request = WireWriter()
    request.number(1, UInt64(fields.method.rawValue))
    request.text(2, source, fields.scheme)
    request.text(3, source, fields.authority)
    request.text(5, source, fields.path)
    request.text(6, source, fields.userAgent)
    request.text(7, source, fields.referer)
    request.text(10, source, fields.originalPath)
    request.number(12, record.entry.requestBytes)
    for header in LoggedHeader.allCases where !fields[keyPath: header.field].isEmpty {
      var logged = entry(header.name)
      logged.text(2, source, fields[keyPath: header.field])
      request.message(13, logged)
    }
    return request
  }

  private static func response(
    _ entry: AccessLogEntry, _ source: borrowing RawSpan
  ) -> WireWriter {
    var response = WireWriter()
    var status = WireWriter()
    status.number(1, UInt64(entry.status))
    if !status.isEmpty { response.message(1, status) }
    response.number(3, entry.responseBytes)
    response.text(6, source, entry.details)
    return response
  }

  private static func flags(_ flags: ResponseFlags) -> WireWriter {
    var message = WireWriter()
    for (flag, field) in ResponseFlags.fields where flags.contains(flag) {
      message.number(field, 1)
    }
    return message
  }

  private static func seconds(_ seconds: Int64, _ nanoseconds: Int32) -> WireWriter {
    var message = WireWriter()
    message.number(1, UInt64(bitPattern: seconds))
    message.number(2, UInt64(bitPattern: Int64(nanoseconds)))
    return message
  }
}
