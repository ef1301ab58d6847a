package import MeshModel
internal import Telemetry

/// One request or connection as one proxy reported it, in words.
package struct ObservedRequest: Hashable, Sendable {
  package var start: Timestamp
  package var reporter: ProxyID
  package var vantage: Vantage
  package var source: Subject
  package var destination: Destination
  package var outcome: Outcome
  /// Of the request's own words, as far as they were logged.
  package var method: String
  package var host: String
  /// With its query.
  package var path: String
  package var userAgent: String
  /// 0 when not known.
  package var durationMicroseconds: UInt32
  package var requestBytes: UInt32
  package var responseBytes: UInt32

  package init(_ observation: Observation, in batch: ObservationBatch) {
    start = observation.start
    reporter = batch.reporter
    vantage = batch.vantage
    source = batch.source(of: observation)
    destination = batch.destination(of: observation)
    outcome = observation.outcome
    durationMicroseconds = observation.durationMicroseconds
    requestBytes = observation.requestBytes
    responseBytes = observation.responseBytes
    // A connection has no fields, nor has an entry that is damaged past what the observation needs.
    let fields =
      (try? RequestFields(batch.bytes.span.bytes, observation.entry.range)) ?? RequestFields()
    let text = { (range: ByteRange) in
      String(decoding: batch.bytes[range.range], as: UTF8.self)
    }
    method = fields.method.text
    host = text(fields.authority)
    path = text(fields.path.isEmpty ? observation.pathText : fields.path)
    userAgent = text(fields.userAgent)
  }
}
