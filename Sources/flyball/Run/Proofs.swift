internal import ActuatorsXDS
internal import ConfigurationYAML
internal import CurlHTTP
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle

/// Brings proof to the loop: what the proxies acknowledge, and what their admin interfaces show.
struct Proofs: Service {
  let loop: Loop
  let controlPlane: ControlPlane
  let reachable: [Configuration.Proxy]
  let http: HTTPConnection
  let now: @Sendable () -> Timestamp

  func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask {
          for await report in controlPlane.reports { await loop.submit(.proxy(report)) }
        }
        group.addTask {
          while true {
            try await Task.sleep(for: .seconds(1))
            await controlPlane.refreshLives()
          }
        }
        group.addTask {
          while true {
            try await Task.sleep(for: .milliseconds(500))
            await readBack()
          }
        }
      }
    }
  }

  /// Reads each reachable proxy while an action is in force; one that does not answer proves nothing.
  private func readBack() async {
    let snapshot = await loop.snapshot
    guard snapshot.openActions.contains(where: \.isInForce) else { return }
    for proxy in reachable where snapshot.proxies[proxy.id] != nil {
      guard let admin = proxy.admin else { continue }
      let askedAt = now()
      guard
        let response = try? await http.send(admin.request(EnvoyAdmin.filtersPath)),
        let actions = EnvoyAdmin.actions(status: response.status, body: response.body)
      else { continue }
      await loop.submit(.readback(proxy.id, actions: actions, askedAt: askedAt))
      guard
        let stats = try? await http.send(admin.request(EnvoyAdmin.dropsPath)),  // As above.
        stats.status == 200, let drops = EnvoyAdmin.drops(inStats: stats.body)
      else { continue }
      await loop.submit(.dropped(proxy.id, total: drops))
    }
  }
}

extension Configuration.AdminAddress {
  fileprivate func request(_ path: String) -> HTTPRequest {
    switch self {
    case .network(let address):
      HTTPRequest(url: "http://\(address)\(path)", timeoutMilliseconds: 1_000)
    case .socket(let socket):
      HTTPRequest(
        url: "http://admin\(path)", unixSocket: socket, timeoutMilliseconds: 1_000)
    }
  }
}
