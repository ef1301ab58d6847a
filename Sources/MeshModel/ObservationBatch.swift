/// Observations of one proxy, with the names and bytes that their numbers point to.
package struct ObservationBatch: Sendable {
  package var reporter: ProxyID
  package var vantage: Vantage
  /// Callers and what they called; a caller is always a workload.
  package var names: [MeshName]
  /// The message that the observations were read from.
  package var bytes: [UInt8]
  package var observations: [Observation]

  /// `names[0]` is the reporter's own.
  package init(
    reporter: ProxyID, vantage: Vantage, names: [MeshName], bytes: [UInt8],
    observations: [Observation]
  ) {
    self.reporter = reporter
    self.vantage = vantage
    self.names = names
    self.bytes = bytes
    self.observations = observations
  }

  package init(reporter: ProxyID, vantage: Vantage) {
    self.init(
      reporter: reporter, vantage: vantage, names: [MeshName(.workload(reporter.principal))],
      bytes: [], observations: [])
  }

  /// Adds what the reporter saw of one request: of a caller `peer`, or sent to `peer`, as its side
  /// is. The path, without a query, is the route too.
  package mutating func append(
    at start: Timestamp, peer: Destination, path: String, _ outcome: Outcome,
    durationMicroseconds: UInt32 = 0, requestBytes: UInt32 = 0, responseBytes: UInt32 = 0
  ) {
    let other: Int
    if let known = names.firstIndex(where: { $0.name == peer }) {
      other = known
    } else {
      other = names.count
      names.append(MeshName(peer))
    }
    let (source, destination) = vantage == .source ? (0, other) : (other, 0)
    let key = StableHash(path).value
    observations.append(
      Observation(
        start: start, source: names[source].key, destination: names[destination].key, route: key,
        path: key, sourceName: UInt16(source), destinationName: UInt16(destination),
        pathText: ByteRange(start: UInt32(bytes.count), count: UInt32(path.utf8.count)),
        durationMicroseconds: durationMicroseconds, requestBytes: requestBytes,
        responseBytes: responseBytes, outcome: outcome))
    bytes += path.utf8
  }

  package func destination(of observation: Observation) -> Destination {
    names[Int(observation.destinationName)].name
  }

  /// The caller's identity.
  package func source(of observation: Observation) -> SPIFFEID {
    guard case .workload(let identity) = names[Int(observation.sourceName)].name else {
      preconditionFailure("a caller without an identity")
    }
    return identity
  }
}

/// A name and its key.
package struct MeshName: Hashable, Sendable {
  package let name: Destination
  package let key: UInt64

  package init(_ name: Destination) {
    self.name = name
    key = name.key
  }
}
