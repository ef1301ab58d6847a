internal import MeshModel
internal import Synchronization
internal import Telemetry

/// Keeps what it is given.
final class CollectingSink: ObservationSink {
  struct State: Sendable {
    var ledger = IngestLedger()
    var batches: [ObservationBatch] = []
    var reporting: [ProxyID] = []
    var isFull = false
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

  func stream(of proxy: ProxyID, isOpen: Bool) async {
    state.withLock { $0.reporting.append(proxy) }
  }
}
