internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry
internal import Testing

private typealias Message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage

/// What both readers must agree on, free of positions.
private struct Reading: Equatable {
  var entry: AccessLogEntry
  var method = RequestMethod.unknown
  var texts: [[UInt8]]

  /// As our reader gave it.
  init(_ record: AccessLogRecord, in bytes: [UInt8]) {
    let ranges: [KeyPath<AccessLogRecord, ByteRange>] = [
      \.entry.peerURI, \.entry.upstreamCluster, \.entry.routeName, \.entry.authority, \.entry.path,
      \.entry.details, \.metadata.shadowPolicy, \.metadata.routeAction, \.metadata.routeCluster,
      \.metadata.routeShadow, \.fingerprints.ja3, \.fingerprints.ja4, \.request.scheme,
      \.request.userAgent, \.request.referer,
      \.request.clientAddress, \.request.destinationAddress,
      \.request.cookie, \.request.contentType, \.request.userName,
    ]
    texts = ranges.map { Array(bytes[record[keyPath: $0].range]) }
    method = record.request.method
    entry = record.entry
    for range in [
      \.peerURI, \.upstreamCluster, \.routeName, \.authority, \.path, \.details, \.remoteAddress,
      \.content,
    ] as [WritableKeyPath<AccessLogEntry, ByteRange>] {
      entry[keyPath: range] = ByteRange()
    }
    entry.hasOwnMetadata = false
  }

  /// As SwiftProtobuf gave it.
  init(_ http: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry) {
    self.init(.http, http.commonProperties, details: http.response.responseCodeDetails)
    texts[3] = Array(http.request.authority.utf8)
    texts[4] = Array(http.request.path.utf8)
    let request = http.request
    method = RequestMethod(rawValue: UInt8(clamping: request.requestMethod.rawValue)) ?? .unknown
    let asked = [
      request.scheme, request.userAgent, request.referer,
      http.commonProperties.downstreamDirectRemoteAddress.socketAddress.address,
      http.commonProperties.upstreamRemoteAddress.socketAddress.address,
      request.requestHeaders["cookie"] ?? "", request.requestHeaders["content-type"] ?? "",
      request.requestHeaders["x-forwarded-user"] ?? "",
    ]
    texts.replaceSubrange(12..., with: asked.map { Array($0.utf8) })
    entry.status = http.response.responseCode.value
    entry.requestBytes = http.request.requestBodyBytes
    entry.responseBytes = http.response.responseBodyBytes
  }

  init(_ tcp: Envoy_Data_Accesslog_V3_TCPAccessLogEntry) {
    self.init(
      .tcp, tcp.commonProperties, details: tcp.commonProperties.connectionTerminationDetails)
    entry.requestBytes = tcp.connectionProperties.receivedBytes
    entry.responseBytes = tcp.connectionProperties.sentBytes
  }

  private init(
    _ transport: AccessLogEntry.Transport, _ common: Envoy_Data_Accesslog_V3_AccessLogCommon,
    details: String
  ) {
    entry = AccessLogEntry(transport)
    entry.type = Int32(truncatingIfNeeded: common.accessLogType.rawValue)
    entry.isEncrypted = common.hasTlsProperties
    entry.hasStart = common.hasStartTime
    entry.startSeconds = common.startTime.seconds
    entry.startNanoseconds = common.startTime.nanos
    entry.durationSeconds = common.duration.seconds
    entry.durationNanoseconds = common.duration.nanos
    let uris = common.tlsProperties.peerCertificateProperties.subjectAltName.compactMap { name in
      if case .uri(let uri) = name.san { uri } else { nil }
    }
    entry.peerURIs = uris.count
    let flags = common.responseFlags
    for (isSet, flag) in [
      (flags.noHealthyUpstream, ResponseFlags.noHealthyUpstream),
      (flags.upstreamConnectionFailure, .upstreamConnectionFailure),
      (flags.noRouteFound, .noRouteFound), (flags.rateLimited, .rateLimited),
      (flags.noClusterFound, .noClusterFound), (flags.dnsResolutionFailure, .dnsResolutionFailure),
    ] where isSet {
      entry.flags.insert(flag)
    }
    let fields = [
      ("envoy.filters.http.rbac", "flyball_shadow_effective_policy_id"),
      ("flyball.route", "action"), ("flyball.route", "cluster"), ("flyball.route", "shadow"),
    ]
    let metadata = fields.map { filter, key in
      switch common.metadata.filterMetadata[filter]?.fields[key]?.kind {
      case .stringValue(let text): text
      default: ""
      }
    }
    // Of another length they are none.
    let fingerprints = [
      (common.tlsProperties.ja3Fingerprint, 32),
      (common.customTags["tls_ja4_fingerprint"] ?? "", 36),
    ].map { $0.utf8.count == $1 ? $0 : "" }
    texts =
      ([uris.last ?? "", common.upstreamCluster, common.routeName, "", "", details] + metadata
      + fingerprints + Array(repeating: "", count: 8))
      .map { Array($0.utf8) }
  }
}

private func ourReading(_ bytes: [UInt8]) -> [Reading?] {
  var found: [Reading?] = []
  AccessLogReader.forEachEntry(in: bytes.span.bytes) { span, entry in
    found.append(
      entry.flatMap { try? AccessLogRecord($0, span) }.map { Reading($0, in: bytes) })
  }
  return found
}

/// Nil when SwiftProtobuf refuses the message, or when it holds entries of both kinds, of which
/// the last kind alone counts there.
private func theirReading(_ bytes: [UInt8]) -> [Reading]? {
  guard let message = try? Message(serializedBytes: bytes) else { return nil }
  switch message.logEntries {
  case .httpLogs(let logs): return logs.logEntry.map { Reading($0) }
  case .tcpLogs(let logs): return logs.logEntry.map { Reading($0) }
  case nil: return []
  }
}

struct ReaderAgainstSwiftProtobufTests {
  @Test("whatever SwiftProtobuf reads, the wire reader reads alike", arguments: 0..<8)
  func wholeMessages(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let bytes: [UInt8] = try MessageMaker.message(&random).serializedBytes()
      #expect(ourReading(bytes) == theirReading(bytes), "seed \(seed)")
    }
  }

  @Test("an entry that is read and written again reads the same", arguments: 0..<8)
  func writtenAgain(seed: UInt64) throws {
    var random = SeededRandom(seed: 500 + seed)
    for _ in 0..<200 {
      let bytes: [UInt8] = try MessageMaker.message(&random).serializedBytes()
      var writer = AccessLogWriter()
      AccessLogReader.forEachEntry(in: bytes.span.bytes) { bytes, entry in
        if let entry, let record = try? AccessLogRecord(entry, bytes) {
          writer.append(record, from: bytes)
        }
      }
      #expect(ourReading(writer.message) == ourReading(bytes), "seed \(500 + seed)")
      #expect(theirReading(writer.message) == theirReading(bytes), "seed \(500 + seed)")
    }
  }

  @Test("damaged messages are read alike or refused, and never trap", arguments: 0..<8)
  func damagedMessages(seed: UInt64) throws {
    var random = SeededRandom(seed: 1_000 + seed)
    var accepted = 0
    for _ in 0..<4_000 {
      var bytes: [UInt8] = try MessageMaker.message(&random).serializedBytes()
      for _ in 0..<Int.random(in: 1...3, using: &random) { bytes.damage(&random) }
      let ours = ourReading(bytes)
      guard let theirs = theirReading(bytes), !Self.mixesKinds(ours) else { continue }
      accepted += 1
      #expect(ours == theirs, "seed \(1_000 + seed): \(bytes)")
    }
    #expect(accepted > 100)
  }

  /// A message with entries of both kinds: every one counts here.
  private static func mixesKinds(_ readings: [Reading?]) -> Bool {
    Set(readings.map { $0?.entry.transport }).count > 1
  }

  @Test("a damaged entry takes no neighbour with it")
  func neighbours() throws {
    var random = SeededRandom(seed: 7)
    let whole = try (0..<3).map { _ in
      try MessageMaker.http(&random).serializedBytes() as [UInt8]
    }
    var entries: [UInt8] = []
    for (index, entry) in whole.enumerated() {
      // The middle one claims more bytes for its first field than it has.
      let content = index == 1 ? [0x0A, 0x7F] + entry : entry
      entries += [0x0A] + Self.varint(content.count) + content
    }
    let message = [0x12] + Self.varint(entries.count) + entries
    let read = ourReading(message)
    #expect(read.count == 3)
    #expect(read[0] != nil && read[1] == nil && read[2] != nil)
  }

  @Test("overlong varints, open groups and field zero are refused")
  func refusals() {
    let cases: [[UInt8]] = [
      [UInt8](repeating: 0xFF, count: 11), [0x12], [0x12, 0x05, 0x0A], [0x00, 0x01],
      [0x0B], [0x0B, 0x14], [UInt8](repeating: 0x0B, count: 1_000), [0x0F, 0x01],
      [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ]
    for bytes in cases { #expect(ourReading(bytes) == [nil], "\(bytes)") }
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }
}

extension [UInt8] {
  fileprivate mutating func damage(_ random: inout SeededRandom) {
    guard !isEmpty else { return }
    let place = Int.random(in: 0..<count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: self[place] = .random(in: .min ... .max, using: &random)
    case 2: removeLast(count - place)
    case 3: insert(.random(in: .min ... .max, using: &random), at: place)
    default: remove(at: place)
    }
  }
}
