package import MeshModel

/// One piece of recorded telemetry. `RecordingWriter` writes them, `RecordingReader` reads them.
package enum RecordingFrame: Hashable, Sendable {
  /// What attribution needs; it comes before all messages.
  case mesh(RecordedMesh)
  /// Names a stream by a number for the messages that follow.
  case source(RecordedSource, number: UInt32)
  /// A `StreamAccessLogsMessage` of that stream, without its identifier.
  case message([UInt8], source: UInt32, receivedAt: Timestamp)
  /// So many messages came faster than they could be written, and are missing here.
  case gap(UInt64)
  /// Nothing came until then.
  case time(Timestamp)
}

/// The mesh a recording was made in.
package struct RecordedMesh: Hashable, Sendable {
  package var trustDomain: String
  package var services: [String: SPIFFEID]
  package var gateways: Set<SPIFFEID>
  /// The controller's own identity, if it has one.
  package var own: SPIFFEID?

  package init(
    trustDomain: String, services: [String: SPIFFEID], gateways: Set<SPIFFEID>,
    own: SPIFFEID? = nil
  ) {
    self.trustDomain = trustDomain
    self.services = services
    self.gateways = gateways
    self.own = own
  }

  package var attribution: Attribution {
    Attribution(trustDomain: trustDomain, services: ServiceMap(services), own: own)
  }
}

/// An access log stream: whose, and of which listener.
package struct RecordedSource: Hashable, Sendable {
  package var reporter: ProxyID
  package var listener: Listener

  package init(reporter: ProxyID, listener: Listener) {
    self.reporter = reporter
    self.listener = listener
  }
}
