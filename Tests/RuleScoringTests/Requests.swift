internal import MatchingVectorscan
internal import MeshModel
internal import RuleScoring
internal import Sigma
internal import Telemetry

/// Telemetry of a small mesh, and rules for it.
enum Requests {
  static func identity(_ name: String) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)")
  }

  static func subject(_ name: String) throws -> Subject { .workload(try identity(name)) }

  /// What else a request may show; of a connection there is no request.
  struct Extra {
    var authority = ""
    var agent = ""
    var destination = ""
    var isConnection = false
    var ja3 = ""
    var ja4 = ""
  }

  /// A request of `caller`, as the sidecar of `service` or, outbound, its own tells it.
  static func batch(
    _ path: String, from caller: String, to service: String, outbound: Bool = false,
    status: UInt16 = 200, address: String = "", extra: Extra = Extra(), at seconds: Double
  ) throws -> ObservationBatch {
    try batch(
      [(path, address)], reporter: identity(outbound ? caller : service),
      outbound ? .outbound : .inbound,
      peer: outbound ? nil : identity(caller), service: service, status: status, extra,
      at: seconds)
  }

  /// Requests of a client at the gateway.
  static func client(
    _ paths: [String], _ address: String, status: UInt16 = 200, extra: Extra = Extra(),
    at seconds: Double
  ) throws -> ObservationBatch {
    try clients(paths.map { ($0, address) }, status: status, extra: extra, at: seconds)
  }

  static func clients(
    _ requests: [(path: String, address: String)], status: UInt16 = 200, extra: Extra = Extra(),
    at seconds: Double
  ) throws -> ObservationBatch {
    try batch(
      requests, reporter: identity("gateway"), .ingress, peer: nil, service: "web",
      status: status, extra, at: seconds)
  }

  private static func batch(
    _ requests: [(path: String, address: String)], reporter: SPIFFEID, _ listener: Listener,
    peer: SPIFFEID?, service: String, status: UInt16, _ extra: Extra, at seconds: Double
  ) throws -> ObservationBatch {
    let instant = Timestamp(microseconds: Int64(seconds * 1e6))
    var bytes: [UInt8] = []
    func add(_ text: some Collection<UInt8>) -> ByteRange {
      defer { bytes += text }
      return ByteRange(start: UInt32(bytes.count), count: UInt32(text.count))
    }
    var writer = AccessLogWriter()
    for (path, address) in requests {
      var fields = RequestFields(method: .get, status: status)
      fields.path = add(path.utf8)
      fields.authority = add(extra.authority.utf8)
      fields.userAgent = add(extra.agent.utf8)
      fields.destinationAddress = add(extra.destination.utf8)
      var entry = AccessLogEntry(extra.isConnection ? .tcp : .http)
      (entry.hasStart, entry.isEncrypted) = (true, true)
      entry.startSeconds = instant.second
      entry.startNanoseconds = Int32(instant.microseconds % 1_000_000) * 1_000
      entry.status = UInt32(status)
      entry.details = add("via_upstream".utf8)
      entry.upstreamCluster = add(service.utf8)
      if let peer {
        entry.peerURIs = 1
        entry.peerURI = add(peer.description.utf8)
      }
      entry.remoteAddress = add(AccessLogWriter.address(address.utf8))
      writer.append(
        AccessLogRecord(
          entry, request: fields, metadata: EntryMetadata(),
          fingerprints: ClientFingerprints(ja3: add(extra.ja3.utf8), ja4: add(extra.ja4.utf8))),
        from: bytes.span.bytes)
    }
    var stream = AccessLogStream(
      reporter: ProxyID(principal: reporter, node: "node"), listener: listener,
      attribution: Attribution(
        trustDomain: "shop.demo", services: ServiceMap([service: try identity(service)])))
    return stream.read(writer.message, receivedAt: instant.adding(milliseconds: 1)).batch
  }

  static func scorer(_ text: String) throws -> RuleScorer {
    let rules = try LoadedRules(
      [RuleFile(name: "rules.yml", text: text)], with: try VectorscanCompiler())
    return try RuleScorer(rules, gateways: [identity("gateway")], secret: 1)
  }

  static let traversal = """
    title: Path traversal
    name: traversal
    author: A. Author
    license: MIT
    level: high
    tags: [attack.t1083]
    logsource: {category: webserver}
    detection: {selection: {cs-uri-query|contains: '../'}, condition: selection}
    """
  static let secretsSent = """
    title: Secrets sent
    name: secrets-sent
    level: critical
    logsource: {category: proxy}
    detection: {selection: {cs-uri-query|contains: 'secret'}, condition: selection}
    """
}
