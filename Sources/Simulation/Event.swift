internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// One thing that happens at an instant. Numbers index `World.proxies` and `World.attackers`; those
/// that name a process or a stream come to nothing once it has ended.
enum Event: Sendable {
  // The mesh.
  /// A caller's next ordinary request.
  case call(workload: Int)
  /// An attacker's next request.
  case attack(attacker: Int)
  /// A proxy ships its log.
  case flush(proxy: Int)
  case connect(proxy: Int)
  /// A response reaches a proxy.
  case delivered(DeltaSession.Response, stream: Int)

  // The controller.
  case requested(DeltaSession.Request, stream: Int)
  case streamEnded(Int)
  case logsOpened(proxy: Int, process: Int)
  case logsClosed(proxy: Int, process: Int)
  case logs(LogBatch, process: Int)
  case report(ProxyReport, process: Int)
  case readback(proxy: Int, askedAt: Timestamp, process: Int)
  case written(process: Int)
  case act(process: Int)
  case pulse(process: Int)
  case refreshLives(process: Int)
  case askProxies(process: Int)

  // What goes wrong, and who steps in.
  case fault(Fault)
  case repair(Fault, proxy: Int?)
  case restart
  case faultsEnd
  case order(Order)
}

/// What an operator does; the action is chosen among those open at that time.
enum Order: CaseIterable, Sendable {
  case pause
  case resume
  case approve
  case reject
  case revert
  case revertAll
  case deploy
  case start
  case extend
}
