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
    var marks: [RequestMark] = []
    var admitted: Int?
    observations.reserveCapacity(message.count / Self.usualEntryBytes)
    AccessLogReader.forEachEntry(in: message.span.bytes) { bytes, entry in
      ledger.countReceived(1)
      var metadata: EntryMetadata?
      do throws(Rejection) {
        guard let entry else { throw .malformed }
        guard observations.count < Self.maximumEntries else { throw .tooManyEntries }
        if entry.hasOwnMetadata { metadata = try Self.metadata(of: entry, bytes) }
        let observation = try observation(of: entry, metadata, bytes, receivedAt)
        observations.append(observation)
        if let metadata { Self.note(metadata, bytes, observation, &marks) }
      } catch {
        if error == .own, let entry {
          Self.note(entry, bytes, receivedAt, in: &probes)
        }
        ledger.countRejected(error)
        if error == .noPeerIdentity, let entry {
          note(entry, metadata, bytes, receivedAt, &marks, &admitted)
        }
      }
    }
    var batch = ObservationBatch(
      reporter: reporter, vantage: listener.vantage, names: names.names, bytes: message,
      observations: observations, probes: probes)
    batch.marks = marks
    return (batch, ledger)
  }

  private static func metadata(
    of entry: AccessLogEntry, _ bytes: borrowing RawSpan
  ) throws(Rejection) -> EntryMetadata {
    do {
      return try EntryMetadata(entry, bytes)
    } catch {
      throw .malformed
    }
  }

  /// Notes which actions would have stopped a request or sent it elsewhere.
  private static func note(
    _ metadata: EntryMetadata, _ bytes: borrowing RawSpan, _ observation: Observation,
    _ marks: inout [RequestMark]
  ) {
    func add(_ kind: RequestMark.Kind) {
      marks.append(
        RequestMark(kind, start: observation.start, subjectName: observation.sourceName))
    }
    if let action = ActionID(policy: bytes, metadata.shadowPolicy.range) {
      add(.wouldDeny(action))
    }
    if let action = ActionID(bytes, metadata.routeShadow.range) {
      add(.wouldReroute(action))
    }
  }

  /// Notes what became of a request without a peer identity. That it was served is noted once a
  /// message, and only when it surely came without a certificate.
  private func note(
    _ entry: AccessLogEntry, _ metadata: EntryMetadata?, _ bytes: borrowing RawSpan,
    _ receivedAt: Timestamp, _ marks: inout [RequestMark], _ admitted: inout Int?
  ) {
    guard marks.count < Self.maximumEntries else { return }
    let own: UInt16 = 0
    let start = Self.start(of: entry, receivedAt)
    func add(_ kind: RequestMark.Kind) {
      marks.append(RequestMark(kind, start: start, subjectName: own))
    }
    if let metadata, let action = ActionID(policy: bytes, metadata.shadowPolicy.range) {
      add(.wouldDeny(action))
    }
    switch ResponseDetails(bytes, entry.details.range) {
    case .deniedBy(let action): add(.denied(by: action))
    case .viaUpstream where !entry.isEncrypted:
      if let admitted {
        marks[admitted].start = max(marks[admitted].start, start)
      } else {
        admitted = marks.count
        add(.admitted)
      }
    case .viaUpstream, .localRateLimited, .other: break
    }
  }

  @inline(__always)
  private mutating func observation(
    of entry: AccessLogEntry, _ metadata: EntryMetadata?, _ bytes: borrowing RawSpan,
    _ receivedAt: Timestamp
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
      outcome: try outcome(of: entry, metadata, bytes), entry: entry.content)
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

  static func start(of entry: AccessLogEntry, _ receivedAt: Timestamp) -> Timestamp {
    guard let start = entry.start else { return receivedAt }
    let skew = start.microseconds &- receivedAt.microseconds
    // Nothing began after it was reported; a clock that runs ahead must not move ours.
    return skew < 0 && skew.magnitude <= maximumSkewMicroseconds ? start : receivedAt
  }

  private func outcome(
    of entry: AccessLogEntry, _ metadata: EntryMetadata?, _ bytes: borrowing RawSpan
  ) throws(Rejection) -> Outcome {
    let details = ResponseDetails(bytes, entry.details.range)
    if case .deniedBy(let action) = details { return .denied(by: action) }
    if details == .localRateLimited, entry.flags.contains(.rateLimited) { return .limited }
    if let metadata, !metadata.routeAction.isEmpty,
      let outcome = try Self.reroute(entry, metadata, bytes)
    {
      return outcome
    }
    // At a gateway the route follows from the path, which the client chose.
    if listener == .ingress, entry.flags.contains(.noRouteFound) {
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

  /// What became of a request that an action was to send elsewhere: only the cluster that Envoy
  /// chose tells. Nil when it is another one, for want of a route.
  private static func reroute(
    _ entry: AccessLogEntry, _ metadata: EntryMetadata, _ bytes: borrowing RawSpan
  ) throws(Rejection) -> Outcome? {
    guard let action = ActionID(bytes, metadata.routeAction.range) else { return nil }
    let (meant, chosen) = (metadata.routeCluster, entry.upstreamCluster)
    guard !chosen.isEmpty else { throw .ownEffect }
    guard meant.count == chosen.count else { return nil }
    for offset in 0..<Int(meant.count)
    where bytes.unsafeLoad(fromByteOffset: meant.range.lowerBound + offset, as: UInt8.self)
      != bytes.unsafeLoad(fromByteOffset: chosen.range.lowerBound + offset, as: UInt8.self)
    {
      return nil
    }
    return .rerouted(by: action)
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
  /// Of one message; an Envoy with a buffer of 1 MiB sends some thousands.
  static let maximumEntries = 16_384
}
