/// What one proxy saw of one request or connection, in plain numbers.
///
/// Names are keys (stable hashes); their text stays in the batch that carries the observation.
package struct Observation: Hashable, Sendable {
  /// When the request began, on the reporter's clock.
  package var start: Timestamp
  /// `MeshName.key` of the caller and of what it called.
  package var source: UInt64
  package var destination: UInt64
  /// The route's name, or else the shape of the path: names with digits in them are one.
  package var route: UInt64
  /// The path without its query, of a client outside the mesh only its first three segments; of the
  /// empty path for a connection.
  package var path: UInt64
  /// Positions in `ObservationBatch.names`.
  package var sourceName: UInt16
  package var destinationName: UInt16
  /// Where in `ObservationBatch.bytes` the path is.
  package var pathText: ByteRange
  /// 0 when not known; ends at the range of its type, as the sizes in bytes do.
  package var durationMicroseconds: UInt32
  package var requestBytes: UInt32
  package var responseBytes: UInt32
  package var outcome: Outcome
  /// Where in `ObservationBatch.bytes` the whole access log entry is; empty when there is none.
  package var entry: ByteRange

  package init(
    start: Timestamp, source: UInt64, destination: UInt64, route: UInt64, path: UInt64,
    sourceName: UInt16, destinationName: UInt16, pathText: ByteRange,
    durationMicroseconds: UInt32, requestBytes: UInt32, responseBytes: UInt32, outcome: Outcome,
    entry: ByteRange = ByteRange()
  ) {
    self.start = start
    self.source = source
    self.destination = destination
    self.route = route
    self.path = path
    self.sourceName = sourceName
    self.destinationName = destinationName
    self.pathText = pathText
    self.durationMicroseconds = durationMicroseconds
    self.requestBytes = requestBytes
    self.responseBytes = responseBytes
    self.outcome = outcome
    self.entry = entry
  }
}

/// On which side of the request the reporting proxy stands.
package enum Vantage: Hashable, Sendable, Codable {
  /// The caller's own sidecar, outbound.
  case source
  /// The called workload's sidecar, inbound.
  case destination
  /// A gateway that serves clients outside the mesh.
  case gateway
}

/// How a request ended.
package enum Outcome: Hashable, Sendable {
  /// A response was sent. `byUpstream`: it came from the called side, not from the reporting proxy.
  case answered(status: UInt16, byUpstream: Bool = true)
  /// A TCP connection was carried.
  case connected
  /// No route, no cluster, no healthy host, or no connection: nobody answered.
  case unreachable
  /// Denied by an action of ours.
  case denied(by: ActionID)
  /// Limited by the local rate limit filter at the reporting proxy.
  case limited
  /// Sent elsewhere by an action of ours; what came back says nothing about the destination.
  case rerouted(by: ActionID)
}
