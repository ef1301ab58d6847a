internal import ConfigurationYAML
internal import LoopRuntime
internal import MeshModel
internal import NetworkHTTP
internal import ServiceLifecycle
internal import Signals
internal import SignalsHTTP

extension Daemon {
  /// Where other systems' signals are taken in, if there is to be such a place.
  func signalLane(
    _ store: any SignalStore, _ loop: Loop, _ scoring: Scoring,
    now: @escaping @Sendable () -> Timestamp, newID: @escaping @Sendable () -> ActionID
  ) -> SignalLane? {
    guard let settings = configuration.signals else { return nil }
    return SignalLane(
      store: store, loop: loop, scoring: scoring,
      configured: Set(configuration.services.map(\.principal)),
      rules: Dictionary(
        uniqueKeysWithValues: settings.senders.map { ($0.name, WorkloadRules($0.workloads)) }),
      now: now, newID: newID)
  }

  /// The listener for them. The lane ends after it, so that what was delivered is answered.
  func signalServices(
    _ lane: SignalLane?, now: @escaping @Sendable () -> Timestamp
  ) throws -> [any Service] {
    guard let lane, let settings = configuration.signals else { return [] }
    let certificate = try settings.security.serverCertificate()
    let doors = try settings.senders.map { sender in
      SenderDoor(name: sender.name, proof: try sender.proof.loaded(), format: sender.format)
    }
    return [
      lane,
      SignalListener(
        at: WebServer(
          host: settings.address.host, port: settings.address.port, certificate: certificate),
        doors: doors, lane: lane, now: now),
      CertificateReload(settings.security, certificate),
    ]
  }
}
