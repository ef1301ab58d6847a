package import MeshModel

/// One access log stream: messages in, attributed observations out.
///
/// A reporter speaks only of itself: inbound it is the destination, outbound it is the source. The
/// other end comes from the certificate it verified (inbound), the cluster it chose (outbound), or
/// the address at the other end of its socket (ingress), never from headers.
package struct AccessLogStream: Sendable {
  package let reporter: ProxyID
  package let listener: Listener
  private var names: StreamNames

  package init(reporter: ProxyID, listener: Listener, attribution: Attribution) {
    self.reporter = reporter
    self.listener = listener
    names = StreamNames(
      reporter: reporter.principal, attribution: attribution,
      limit: listener == .ingress ? Self.maximumClients : Self.maximumNames)
  }

  /// Every entry is counted as received, and is either in the batch or counted as rejected.
  package mutating func read(
    _ message: [UInt8], receivedAt: Timestamp
  ) -> (batch: ObservationBatch, ledger: IngestLedger) {
    names.begin()
    var ledger = IngestLedger()
    var observations: [Observation] = []
    var probes: [ProbeSighting] = []
    observations.reserveCapacity(message.count / Self.usualEntryBytes)
    AccessLogReader.forEachEntry(in: message.span.bytes) { bytes, entry in
      ledger.countReceived(1)
      do throws(Rejection) {
        guard let entry else { throw .malformed }
        guard observations.count < Self.maximumEntries else { throw .tooManyEntries }
        observations.append(try observation(of: entry, bytes, receivedAt))
      } catch {
        if error == .own, let entry {
          Self.note(entry, bytes, receivedAt, in: &probes)
        }
        ledger.countRejected(error)
      }
    }
    return (
      ObservationBatch(
        reporter: reporter, vantage: listener.vantage, names: names.names, bytes: message,
        observations: observations, probes: probes), ledger
    )
  }

  @inline(__always)
  private mutating func observation(
    of entry: AccessLogEntry, _ bytes: borrowing RawSpan, _ receivedAt: Timestamp
  ) throws(Rejection) -> Observation {
    guard entry.isFinal else { throw .notFinal }
    let own: UInt16 = 0
    let source: UInt16
    let destination: UInt16
    switch listener {
    case .inbound:
      guard entry.peerURIs == 1 else { throw .noPeerIdentity }
      source = try resolve(bytes, entry.peerURI.range, .peer)
      destination = own
    case .outbound:
      source = own
      destination = try resolve(bytes, Self.calledName(entry, bytes), .service)
    case .ingress:
      source = try resolve(bytes, try Self.client(entry, bytes), .client)
      // Without a cluster the gateway answered by itself; the authority is the client's word.
      destination =
        entry.upstreamCluster.isEmpty
        ? own : try resolve(bytes, entry.upstreamCluster.range, .service)
    }
    let path = PathKeys(
      bytes, entry.path.range, depth: listener == .ingress ? Self.clientPathDepth : .max)
    var route = path.shape
    if !entry.routeName.isEmpty {
      route = StableHash()
      route.combine(bytes, entry.routeName.range)
    }
    return Observation(
      start: Self.start(of: entry, receivedAt), source: names.names[Int(source)].key,
      destination: names.names[Int(destination)].key, route: route.value, path: path.path.value,
      sourceName: source, destinationName: destination,
      pathText: ByteRange(start: entry.path.start, count: UInt32(path.count)),
      durationMicroseconds: entry.durationMicroseconds,
      requestBytes: UInt32(clamping: entry.requestBytes),
      responseBytes: UInt32(clamping: entry.responseBytes),
      outcome: Self.outcome(of: entry, bytes, isGateway: listener == .ingress))
  }

  /// Adds what the entry of a request of the controller itself says of an action: the latest of a
  /// kind, which says as much as all. Like a subject's, a request counts as let through only when
  /// the called side answered it.
  private static func note(
    _ entry: AccessLogEntry, _ bytes: borrowing RawSpan, _ receivedAt: Timestamp,
    in probes: inout [ProbeSighting]
  ) {
    let start = start(of: entry, receivedAt)
    let probe: ProbeSighting
    switch outcome(of: entry, bytes, isGateway: false) {
    case .denied(let action):
      probe = ProbeSighting(action: action, isDenied: true, start: start)
    case .answered(_, byUpstream: true):
      guard let action = ActionID(probePath: text(bytes, entry.path.range)) else { return }
      probe = ProbeSighting(action: action, isDenied: false, start: start)
    case .answered(_, byUpstream: false), .connected, .unreachable, .limited: return
    }
    let place = probes.firstIndex {
      $0.action == probe.action && $0.isDenied == probe.isDenied
    }
    if let place {
      probes[place].start = max(probes[place].start, probe.start)
    } else if probes.count < maximumProbes {
      probes.append(probe)
    }
  }

  /// As much of the text as a probe's path can be long.
  private static func text(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> String {
    var text: [UInt8] = []
    for position in range.prefix(maximumProbePathBytes) {
      text.append(bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func resolve(
    _ bytes: borrowing RawSpan, _ range: Range<Int>, _ kind: StreamNames.Kind
  ) throws(Rejection) -> UInt16 {
    switch names.resolve(bytes, range, as: kind) {
    case .name(let position): return position
    case .rejected(let reason): throw reason
    }
  }

  private static func client(
    _ entry: AccessLogEntry, _ bytes: borrowing RawSpan
  ) throws(Rejection) -> Range<Int> {
    do {
      return try AccessLogReader.address(in: bytes, entry.remoteAddress.range)
    } catch {
      throw .malformed
    }
  }

  /// The cluster decides; a local reply has none, so then the authority without its port does.
  private static func calledName(
    _ entry: AccessLogEntry, _ bytes: borrowing RawSpan
  ) -> Range<Int> {
    guard entry.upstreamCluster.isEmpty else { return entry.upstreamCluster.range }
    let authority = entry.authority.range
    let colon: UInt8 = 0x3A
    for position in authority
    where bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) == colon {
      return authority.lowerBound..<position
    }
    return authority
  }

  private static func start(of entry: AccessLogEntry, _ receivedAt: Timestamp) -> Timestamp {
    guard let start = entry.start else { return receivedAt }
    let skew = start.microseconds &- receivedAt.microseconds
    // Nothing began after it was reported; a clock that runs ahead must not move ours.
    return skew < 0 && skew.magnitude <= maximumSkewMicroseconds ? start : receivedAt
  }

  private static func outcome(
    of entry: AccessLogEntry, _ bytes: borrowing RawSpan, isGateway: Bool
  ) -> Outcome {
    let details = ResponseDetails(bytes, entry.details.range)
    if case .deniedBy(let action) = details { return .denied(by: action) }
    if details == .localRateLimited, entry.flags.contains(.rateLimited) { return .limited }
    // At a gateway the route follows from the path, which the client chose.
    if isGateway, entry.flags.contains(.noRouteFound) {
      return .answered(status: UInt16(clamping: entry.status), byUpstream: false)
    }
    if !entry.flags.isDisjoint(with: .unreachable) { return .unreachable }
    switch entry.transport {
    case .tcp: return .connected
    case .http:
      return .answered(
        status: UInt16(clamping: entry.status), byUpstream: details == .viaUpstream)
    }
  }

  /// Past it the reporter's clock is not trusted and the time of receipt is used.
  private static let maximumSkewMicroseconds: UInt64 = 120_000_000
  private static let usualEntryBytes = 400
  /// A sidecar speaks of tens of workloads, a gateway of thousands of clients.
  private static let maximumNames = 512
  private static let maximumClients = 4_096
  /// Outside the mesh, applications ask for things that are gone by the dozen (pictures, previews)
  /// below one place, where scanners ask for many places.
  private static let clientPathDepth = 3
  /// Kinds of answers to probes in one message: more than are sent within one flush of a log.
  private static let maximumProbes = 64
  private static let maximumProbePathBytes = 64
  /// Of one message; an Envoy with a buffer of 1 MiB sends some thousands.
  static let maximumEntries = 16_384
}
