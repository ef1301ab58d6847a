internal import MeshModel

/// Gathers the attributes of one log record, and makes a record of an access log entry of them.
///
/// Where two names say the same, the one of Envoy's logs counts before the convention's. A value of
/// `-`, of no text, or of a kind that its attribute cannot have, is absent.
package struct AccessLogAttributes {
  /// The texts that the record's ranges point to.
  package private(set) var texts: [UInt8] = []
  private var values: [LogAttribute: Value] = [:]
  private var isOfRequest = false

  private enum Value {
    case text(ByteRange)
    case number(DecimalNumber)
    case time(LogTime)
    case flags(ResponseFlags)
    case type(Int32)
  }

  package init() {}

  package mutating func set(
    _ attribute: LogAttribute, _ value: LogValue, in bytes: borrowing RawSpan
  ) {
    guard let value = read(attribute, value, bytes) else { return }
    values[attribute] = value
    if attribute.isOfRequest { isOfRequest = true }
  }

  /// The listener that the record itself names.
  package var listener: Listener? {
    if let name = text(.logName), let listener = Listener(rawValue: string(name)) {
      return listener
    }
    return nil
  }

  /// The listener by its direction in Envoy, or by Istio's names of clusters.
  package var listenerByDirection: Listener? {
    if let direction = text(.listenerDirection) {
      switch string(direction).lowercased() {
      case "inbound", "1": return .inbound
      case "outbound", "2": return .outbound
      default: break
      }
    }
    guard let cluster = text(.upstreamCluster) else { return nil }
    let name = string(cluster)
    if name.hasPrefix("inbound|") || name == "InboundPassthroughCluster" { return .inbound }
    if name.hasPrefix("outbound|") || name == "PassthroughCluster" || name == "BlackHoleCluster" {
      return .outbound
    }
    return nil
  }

  /// Its texts are in `texts`. `recordNanoseconds`: the log record's own time, 0 for none.
  package mutating func record(
    recordNanoseconds: UInt64
  ) throws(Rejection) -> AccessLogRecord {
    guard isOfRequest else { throw .noRequest }
    var entry = AccessLogEntry(transport)
    if case .type(let type) = values[.accessLogType] { entry.type = type }
    if case .time(let start) = values[.startTime] {
      entry.setStart(start)
    } else if recordNanoseconds > 0 {
      entry.setStart(LogTime(unixNanoseconds: recordNanoseconds))
    }
    if let duration = number(.duration) { entry.setDuration(milliseconds: duration) }
    entry.requestBytes = (number(.bytesReceived) ?? number(.requestBodySize))?.whole ?? 0
    entry.responseBytes = (number(.bytesSent) ?? number(.responseBodySize))?.whole ?? 0
    entry.status = status
    entry.flags = flags
    entry.details =
      text(entry.transport == .http ? .responseCodeDetails : .connectionTerminationDetails)
      ?? ByteRange()
    entry.upstreamCluster = text(.upstreamCluster) ?? ByteRange()
    entry.routeName = text(.routeName) ?? text(.route) ?? ByteRange()
    if let uris = text(.peerURI) { setPeers(uris, &entry) }
    // A record does not tell that a connection was not.
    entry.isEncrypted = true
    entry.remoteAddress = remoteAddress()
    return AccessLogRecord(
      entry, request: request(), metadata: metadata,
      fingerprints: ClientFingerprints(
        ja3: text(.tlsJA3) ?? text(.clientJA3) ?? ByteRange(), ja4: text(.tlsJA4) ?? ByteRange()))
  }

  /// What rules ask; status and sizes are the entry's.
  private mutating func request() -> RequestFields {
    var fields = RequestFields(method: method)
    fields.scheme = text(.scheme) ?? ByteRange()
    fields.authority = text(.authority) ?? text(.serverAddress) ?? ByteRange()
    fields.path = path()
    fields.originalPath = text(.originalPath) ?? ByteRange()
    fields.userAgent = text(.userAgent) ?? text(.userAgentOriginal) ?? ByteRange()
    fields.referer = text(.referer) ?? ByteRange()
    return fields
  }

  private var method: RequestMethod {
    guard let text = text(.method) ?? text(.requestMethod) else { return .unknown }
    return RequestMethod.allCases.first { texts[text.range].elementsEqual($0.text.utf8) }
      ?? .unknown
  }

  private var metadata: EntryMetadata {
    var metadata = EntryMetadata()
    metadata.shadowPolicy = text(.shadowPolicy) ?? ByteRange()
    metadata.routeAction = text(.routeAction) ?? ByteRange()
    metadata.routeCluster = text(.routeCluster) ?? ByteRange()
    metadata.routeShadow = text(.routeShadow) ?? ByteRange()
    return metadata
  }

  /// A log says so itself, or speaks of what only HTTP has.
  private var transport: AccessLogEntry.Transport {
    if case .type(let type) = values[.accessLogType], (1...3).contains(type) { return .tcp }
    let ofHTTP: [LogAttribute] = [
      .method, .requestMethod, .path, .urlPath, .urlFull, .requestProtocol,
    ]
    return status > 0 || ofHTTP.contains { values[$0] != nil } ? .http : .tcp
  }

  private var status: UInt32 {
    UInt32(clamping: (number(.responseCode) ?? number(.statusCode))?.whole ?? 0)
  }

  /// An error instead of an answer means that nobody answered.
  private var flags: ResponseFlags {
    if case .flags(let flags) = values[.responseFlags] { return flags }
    return status == 0 && values[.errorType] != nil ? .upstreamConnectionFailure : []
  }

  private mutating func path() -> ByteRange {
    if let path = text(.path) { return path }
    if let path = text(.urlPath) {
      guard let query = text(.urlQuery) else { return path }
      let questionMark: UInt8 = 0x3F
      return append(
        Array(texts[path.range]) + [questionMark] + Array(texts[query.range]))
    }
    guard let url = text(.urlFull) else { return ByteRange() }
    return pathOfURL(url.range)
  }

  /// What follows the authority, with its query.
  private func pathOfURL(_ url: Range<Int>) -> ByteRange {
    let slash: UInt8 = 0x2F
    var slashes = 0
    for position in url where texts[position] == slash {
      slashes += 1
      if slashes == 3 {
        return ByteRange(
          start: UInt32(position), count: UInt32(url.upperBound - position))
      }
    }
    return ByteRange()
  }

  /// Envoy writes the names with commas between; an identity holds none.
  private func setPeers(_ uris: ByteRange, _ entry: inout AccessLogEntry) {
    let comma: UInt8 = 0x2C
    entry.peerURIs = 1 + texts[uris.range].count { $0 == comma }
    entry.peerURI = uris
  }

  private mutating func remoteAddress() -> ByteRange {
    let address: ByteRange
    var port: Range<Int>?
    if let text = text(.directRemoteAddress) {
      (address, port) = hostAndPort(text.range)
    } else if let text = text(.peerAddress) {
      address = text
    } else {
      return ByteRange()
    }
    let number =
      port.flatMap { DecimalNumber(texts.span.bytes, $0) } ?? number(.peerPort)
    return append(
      AccessLogWriter.address(texts[address.range], port: min(65_535, number?.whole ?? 0)))
  }

  /// Of `10.0.0.1:80`, `[::1]:80`, or an address alone.
  private func hostAndPort(_ text: Range<Int>) -> (ByteRange, Range<Int>?) {
    let colon: UInt8 = 0x3A
    let opening: UInt8 = 0x5B
    let closing: UInt8 = 0x5D
    let whole = ByteRange(start: UInt32(text.lowerBound), count: UInt32(text.count))
    guard let last = texts[text].lastIndex(of: colon) else { return (whole, nil) }
    let port = last + 1..<text.upperBound
    if texts[text.lowerBound] == opening, texts[last - 1] == closing {
      let host = text.lowerBound + 1..<last - 1
      return (ByteRange(start: UInt32(host.lowerBound), count: UInt32(host.count)), port)
    }
    guard texts[text].firstIndex(of: colon) == last else { return (whole, nil) }
    return (
      ByteRange(start: UInt32(text.lowerBound), count: UInt32(last - text.lowerBound)), port
    )
  }
}

extension AccessLogAttributes {
  private mutating func read(
    _ attribute: LogAttribute, _ value: LogValue, _ bytes: borrowing RawSpan
  ) -> Value? {
    switch attribute {
    case .startTime: return LogTime(value, in: bytes).map { .time($0) }
    case .accessLogType: return type(value, bytes).map { .type($0) }
    case .responseFlags: return flags(value, bytes).map { .flags($0) }
    case .duration, .responseCode, .statusCode, .peerPort, .bytesReceived, .requestBodySize,
      .bytesSent, .responseBodySize:
      return DecimalNumber(value, in: bytes).map { .number($0) }
    case .listenerDirection:
      if case .integer(let number) = value { return .text(append(Array(String(number).utf8))) }
      return copy(value, bytes).map { .text($0) }
    case .logName, .responseCodeDetails, .connectionTerminationDetails, .errorType, .method,
      .requestMethod, .requestProtocol, .path, .urlPath, .urlQuery, .urlFull, .routeName, .route,
      .scheme, .authority, .serverAddress, .userAgent, .userAgentOriginal, .referer,
      .originalPath,
      .upstreamCluster, .peerURI, .directRemoteAddress, .peerAddress,
      .tlsJA3, .clientJA3, .tlsJA4, .shadowPolicy, .routeAction, .routeCluster, .routeShadow:
      return copy(value, bytes).map { .text($0) }
    }
  }

  private mutating func copy(_ value: LogValue, _ bytes: borrowing RawSpan) -> ByteRange? {
    guard case .text(let range) = value, !Self.isAbsent(bytes, range) else { return nil }
    let start = texts.count
    bytes.extracting(range).withUnsafeBytes { texts += $0 }
    return ByteRange(start: UInt32(start), count: UInt32(range.count))
  }

  private mutating func append(_ text: [UInt8]) -> ByteRange {
    defer { texts += text }
    return ByteRange(start: UInt32(texts.count), count: UInt32(text.count))
  }

  private static func isAbsent(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Bool {
    let dash: UInt8 = 0x2D
    return range.isEmpty
      || range.count == 1
        && bytes.unsafeLoad(fromByteOffset: range.lowerBound, as: UInt8.self) == dash
  }

  /// The number of Envoy's `AccessLogType`; one that is no type means an entry that is not final.
  private func type(_ value: LogValue, _ bytes: borrowing RawSpan) -> Int32? {
    switch value {
    case .integer(let number): return Int32(clamping: number)
    case .real: return nil
    case .text(let range):
      guard !Self.isAbsent(bytes, range) else { return nil }
      return switch bytes.string(range.prefix(64)) {
      case "NotSet": 0
      case "TcpUpstreamConnected": 1
      case "TcpPeriodic": 2
      case "TcpConnectionEnd": 3
      case "DownstreamEnd": 6
      default: .max
      }
    }
  }

  /// Envoy's short names, with commas between; others say nothing that Flyball asks.
  private func flags(_ value: LogValue, _ bytes: borrowing RawSpan) -> ResponseFlags? {
    guard case .text(let range) = value, !Self.isAbsent(bytes, range) else { return nil }
    var flags: ResponseFlags = []
    for name in bytes.string(range.prefix(256)).split(separator: ",") {
      switch name {
      case "UH": flags.insert(.noHealthyUpstream)
      case "UF": flags.insert(.upstreamConnectionFailure)
      case "NR": flags.insert(.noRouteFound)
      case "RL": flags.insert(.rateLimited)
      case "NC": flags.insert(.noClusterFound)
      case "DF": flags.insert(.dnsResolutionFailure)
      default: break
      }
    }
    return flags
  }

  private func text(_ attribute: LogAttribute) -> ByteRange? {
    guard case .text(let range) = values[attribute] else { return nil }
    return range
  }

  private func number(_ attribute: LogAttribute) -> DecimalNumber? {
    guard case .number(let number) = values[attribute] else { return nil }
    return number
  }

  private func string(_ range: ByteRange) -> String {
    String(decoding: texts[range.range.prefix(64)], as: UTF8.self)
  }
}

extension AccessLogEntry {
  fileprivate mutating func setStart(_ time: LogTime) {
    hasStart = true
    startSeconds = time.seconds
    startNanoseconds = time.nanoseconds
  }

  fileprivate mutating func setDuration(milliseconds: DecimalNumber) {
    durationSeconds = Int64(milliseconds.whole / 1_000)
    durationNanoseconds =
      Int32(milliseconds.whole % 1_000) * 1_000_000 + Int32(milliseconds.billionths / 1_000)
  }
}

extension RawSpan {
  func string(_ range: Range<Int>) -> String {
    extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}
