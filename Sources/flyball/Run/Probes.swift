internal import ConfigurationYAML
internal import CurlHTTP
internal import FeedbackLoop
internal import Logging
internal import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle

/// Asks proxies, as the controller itself, for what a quarantine in force denies.
///
/// Whatever answers here is not believed: what became of a probe is what the proxy's own access log
/// says, over the stream that its certificate vouches for.
struct Probes: Service {
  private let desk: ProbeDesk
  private let addresses: [ProxyID: Configuration.Address]
  private let tls: HTTPRequest.ClientTLS
  private let logger = Logger(label: "flyball.probes")

  init(
    loop: Loop, addresses: [ProxyID: Configuration.Address], tls: HTTPRequest.ClientTLS,
    now: @escaping @Sendable () -> Timestamp
  ) {
    desk = ProbeDesk(loop: loop, reachable: Set(addresses.keys), now: now)
    self.addresses = addresses
    self.tls = tls
  }

  func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      try await withThrowingDiscardingTaskGroup { group in
        for _ in 0..<min(LoopLimits.probesAtOnce, addresses.count) {
          group.addTask { try await ask() }
        }
      }
    }
  }

  /// One of those who ask, on a connection of its own: a proxy that does not answer holds up the
  /// others no more.
  private func ask() async throws {
    let http = HTTPConnection()
    while true {
      guard let probe = await desk.next() else {
        try await Task.sleep(for: .milliseconds(100))
        continue
      }
      await send(probe, over: http)
      await desk.ended(probe)
    }
  }

  /// A request that changes nothing and that applications refuse or ignore, should it reach one.
  private func send(_ probe: ProbeSchedule.Probe, over http: HTTPConnection) async {
    guard let address = addresses[probe.proxy] else { return }
    do {
      _ = try await http.send(
        HTTPRequest(
          method: "OPTIONS", url: "https://\(address)\(probe.action.probePath)", tls: tls,
          timeoutMilliseconds: 1_000, maximumBytes: 65_536))
    } catch {
      logger.warning(
        "a probe got no answer",
        metadata: ["proxy": "\(probe.proxy)", "address": "\(address)", "reason": "\(error)"])
    }
  }
}
