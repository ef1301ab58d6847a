package import MeshModel

/// Where telemetry goes once it is attributed.
package protocol ObservationSink: Sendable {
  /// Takes a batch and what became of the entries of its message; never waits for the scorer.
  func receive(_ batch: ObservationBatch, _ ledger: IngestLedger)
  /// Takes what became of entries that came to no observation.
  func receive(_ ledger: IngestLedger)
  /// Whether so much of what this reporter said waits that it should come back later.
  func isFull(for reporter: SPIFFEID) -> Bool
  /// An access log stream opened or closed.
  func stream(of proxy: ProxyID, isOpen: Bool) async
}
