/// Observations of one proxy, with the names and bytes that their numbers point to.
package struct ObservationBatch: Sendable {
  package var reporter: ProxyID
  package var vantage: Vantage
  /// Callers and what they called.
  package var names: [MeshName]
  /// The message that the observations were read from.
  package var bytes: [UInt8]
  package var observations: [Observation]
  /// What the message says of the controller's probes, which are no observations.
  package var probes: [ProbeSighting]
  package var marks: [RequestMark] = []

  /// `names[0]` is the reporter's own.
  package init(
    reporter: ProxyID, vantage: Vantage, names: [MeshName], bytes: [UInt8],
    observations: [Observation], probes: [ProbeSighting] = []
  ) {
    self.reporter = reporter
    self.vantage = vantage
    self.names = names
    self.bytes = bytes
    self.observations = observations
    self.probes = probes
  }

  package init(reporter: ProxyID, vantage: Vantage) {
    self.init(
      reporter: reporter, vantage: vantage, names: [MeshName(Subject.workload(reporter.principal))],
      bytes: [], observations: [])
  }

  /// Adds what a workload's proxy saw of one request: of a caller `peer`, or sent to `peer`, as its
  /// side is. The path, without a query, is the route too.
  package mutating func append(
    at start: Timestamp, peer: Destination, path: String, _ outcome: Outcome,
    durationMicroseconds: UInt32 = 0, requestBytes: UInt32 = 0, responseBytes: UInt32 = 0
  ) {
    let other = position(of: MeshName(peer))
    let (source, destination) = vantage == .source ? (0, other) : (other, 0)
    append(
      at: start, source, destination, path, outcome, durationMicroseconds, requestBytes,
      responseBytes)
  }

  /// Adds what a gateway saw of one request of a client.
  package mutating func append(
    at start: Timestamp, client: Subject, to destination: Destination, path: String,
    _ outcome: Outcome, durationMicroseconds: UInt32 = 0, requestBytes: UInt32 = 0,
    responseBytes: UInt32 = 0
  ) {
    append(
      at: start, position(of: MeshName(client)), position(of: MeshName(destination)), path,
      outcome, durationMicroseconds, requestBytes, responseBytes)
  }

  private mutating func append(
    at start: Timestamp, _ source: Int, _ destination: Int, _ path: String, _ outcome: Outcome,
    _ durationMicroseconds: UInt32, _ requestBytes: UInt32, _ responseBytes: UInt32
  ) {
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

  private mutating func position(of name: MeshName) -> Int {
    if let known = names.firstIndex(of: name) { return known }
    names.append(name)
    return names.count - 1
  }

  package func destination(of observation: Observation) -> Destination {
    switch names[Int(observation.destinationName)].name {
    case .subject(.workload(let identity)): .workload(identity)
    case .unresolved(let name): .unresolved(name)
    case .subject(.client): preconditionFailure("a client outside the mesh was called")
    }
  }

  package func source(of observation: Observation) -> Subject {
    guard case .subject(let subject) = names[Int(observation.sourceName)].name else {
      preconditionFailure("a caller without an identity")
    }
    return subject
  }

  /// `StableHash` of whom the mark's action is about.
  package func subjectKey(of mark: RequestMark) -> UInt64 { names[Int(mark.subjectName)].key }
}

/// A name and its key.
package struct MeshName: Hashable, Sendable {
  package enum Name: Hashable, Sendable {
    case subject(Subject)
    case unresolved(String)
  }

  package let name: Name
  package let key: UInt64

  package init(_ subject: Subject) {
    name = .subject(subject)
    key = subject.key
  }

  package init(_ destination: Destination) {
    switch destination {
    case .workload(let identity): name = .subject(.workload(identity))
    case .unresolved(let text): name = .unresolved(text)
    }
    key = destination.key
  }
}
