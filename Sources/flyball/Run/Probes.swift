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
  private let loop: Loop
  private let addresses: [ProxyID: Configuration.Address]
  private let tls: HTTPRequest.ClientTLS
  private let now: @Sendable () -> Timestamp
  private let http = HTTPConnection()
  private let logger = Logger(label: "flyball.probes")

  init(
    loop: Loop, addresses: [ProxyID: Configuration.Address], tls: HTTPRequest.ClientTLS,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.loop = loop
    self.addresses = addresses
    self.tls = tls
    self.now = now
  }

  func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      var schedule = ProbeSchedule(reachable: Set(addresses.keys))
      while true {
        try await Task.sleep(for: .milliseconds(100))
        for _ in 0..<Self.atOnce {
          // What came up while the last one was answered may be more urgent.
          let open = await loop.snapshot.openActions
          guard let probe = schedule.next(open, at: now()) else { break }
          await send(probe)
        }
      }
    }
  }

  /// A request that changes nothing and that applications refuse or ignore, should it reach one.
  private func send(_ probe: ProbeSchedule.Probe) async {
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

  /// Probes between two looks at the open actions.
  private static let atOnce = 16
}
