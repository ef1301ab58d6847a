package import MeshModel

/// Where telemetry goes once it is attributed.
package protocol ObservationSink: Sendable {
  /// Returns when the batch is scored, so that a fast sender waits for the scorer.
  func receive(_ batch: ObservationBatch) async
  /// An access log stream opened or closed.
  func stream(of proxy: ProxyID, isOpen: Bool) async
  func count(_ ledger: IngestLedger) async
}
