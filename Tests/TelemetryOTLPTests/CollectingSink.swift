internal import MeshModel
internal import Synchronization
internal import Telemetry

/// Keeps what it is given.
final class CollectingSink: ObservationSink, MessageTap {
  struct State: Sendable {
    var ledger = IngestLedger()
    var batches: [ObservationBatch] = []
    var reporting: [ProxyID] = []
    var isFull = false
    var recorded: [RecordedSource] = []
  }

  let state = Mutex(State())

  var ledger: IngestLedger { state.withLock { $0.ledger } }
  var observations: [Observation] { state.withLock { $0.batches.flatMap(\.observations) } }

  func receive(_ batch: ObservationBatch, _ ledger: IngestLedger) {
    state.withLock {
      $0.batches.append(batch)
      $0.ledger.add(ledger)
    }
  }

  func receive(_ ledger: IngestLedger) {
    state.withLock { $0.ledger.add(ledger) }
  }

  func isFull(for reporter: SPIFFEID) -> Bool { state.withLock { $0.isFull } }

  func note(_ message: [UInt8], from source: RecordedSource, receivedAt: Timestamp) {
    state.withLock { $0.recorded.append(source) }
  }

  func stream(of proxy: ProxyID, isOpen: Bool) async {
    state.withLock { $0.reporting.append(proxy) }
  }
}
