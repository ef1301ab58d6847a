package import MeshModel
package import Telemetry

/// The streams of a recording: its messages in, attributed observations out.
package struct RecordedStreams: Sendable {
  private var attribution: Attribution?
  private var streams: [UInt32: AccessLogStream] = [:]

  package init() {}

  package mutating func begin(_ mesh: RecordedMesh) {
    attribution = mesh.attribution
  }

  package mutating func open(
    _ source: RecordedSource, _ number: UInt32
  ) throws(ReplayError) {
    guard let attribution else { throw .noMesh }
    guard streams.count < Self.maximumStreams else { throw .tooManyStreams }
    streams[number] = AccessLogStream(
      reporter: source.reporter, listener: source.listener, attribution: attribution)
  }

  package mutating func read(
    _ bytes: [UInt8], from number: UInt32, at receivedAt: Timestamp
  ) throws(ReplayError) -> (batch: ObservationBatch, ledger: IngestLedger) {
    guard var stream = streams[number] else { throw .unknownStream(number) }
    let read = stream.read(bytes, receivedAt: receivedAt)
    streams[number] = stream
    return read
  }

  /// As many proxies as the decision core takes, with a few listeners each.
  private static let maximumStreams = 65_536
}
