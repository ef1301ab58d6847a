package import MeshModel

/// The misdeeds of the self-test's offender: first contacts that fail at two destinations, as its own
/// proxy and those of the destinations would log them.
///
/// They are written and read as a proxy's access logs are. Nobody else can report them: no stream has
/// an identity of the self-test.
package struct SyntheticOffence: Sendable {
  private let offender: SPIFFEID
  private let places: [SPIFFEID]
  private let node: String

  /// `action` tells one offence from the next.
  package init(offender: SPIFFEID, action: ActionID) {
    self.offender = offender
    places = (1...Self.places).map { .selfTest(in: offender.trustDomain, place: $0) }
    node = action.description
  }

  /// What each of the reporters said, as far as it could be read. The offender's own side comes first.
  package func reports(at now: Timestamp) -> [(batch: ObservationBatch, ledger: IngestLedger)] {
    let attribution = Attribution(
      selfTest: offender.trustDomain,
      services: ServiceMap(
        Dictionary(uniqueKeysWithValues: places.map { ($0.description, $0) })))
    func report(
      _ reporter: SPIFFEID, _ listener: Listener, of called: [SPIFFEID]
    ) -> (ObservationBatch, IngestLedger) {
      var stream = AccessLogStream(
        reporter: ProxyID(principal: reporter, node: node), listener: listener,
        attribution: attribution)
      return stream.read(message(listener, of: called, at: now), receivedAt: now)
    }
    return [report(offender, .outbound, of: places)]
      + places.map { report($0, .inbound, of: [$0]) }
  }

  /// Entries in all reports.
  package static let entries = places * contacts * 2

  private func message(
    _ listener: Listener, of called: [SPIFFEID], at now: Timestamp
  ) -> [UInt8] {
    var writer = AccessLogWriter()
    for place in called {
      for contact in 0..<Self.contacts {
        var texts: [UInt8] = []
        func add(_ text: String) -> ByteRange {
          defer { texts += text.utf8 }
          return ByteRange(start: UInt32(texts.count), count: UInt32(text.utf8.count))
        }
        var entry = AccessLogEntry(.http)
        entry.hasStart = true
        entry.startSeconds = now.second
        var request = RequestFields(method: .get, status: 404)
        request.path = add("/\(node)/\(contact)")
        entry.status = 404
        entry.details = add("via_upstream")
        if listener == .inbound {
          entry.isEncrypted = true
          entry.peerURIs = 1
          entry.peerURI = add(offender.description)
        } else {
          entry.upstreamCluster = add(place.description)
        }
        writer.append(
          AccessLogRecord(entry, request: request, metadata: EntryMetadata()),
          from: texts.span.bytes)
      }
    }
    return writer.message
  }

  /// A scan needs two, so that no destination alone makes scanners of its callers.
  private static let places = 2
  /// More than the scorer needs, so that it need not see every one of them first.
  private static let contacts = 4
}
