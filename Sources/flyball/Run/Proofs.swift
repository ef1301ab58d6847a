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
  let readback: [Configuration.Readback]
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
    for entry in readback where snapshot.proxies[entry.proxy] != nil {
      let askedAt = now()
      guard
        let response = try? await http.send(
          HTTPRequest(
            url: "http://\(entry.admin)\(EnvoyAdmin.filtersPath)", timeoutMilliseconds: 1_000)),
        response.status == 200, let actions = EnvoyAdmin.actions(inDump: response.body)
      else { continue }
      await loop.submit(.readback(entry.proxy, actions: actions, askedAt: askedAt))
      guard
        let stats = try? await http.send(  // One that does not answer proves nothing.
          HTTPRequest(
            url: "http://\(entry.admin)\(EnvoyAdmin.dropsPath)", timeoutMilliseconds: 1_000)),
        stats.status == 200, let drops = EnvoyAdmin.drops(inStats: stats.body)
      else { continue }
      await loop.submit(.dropped(entry.proxy, total: drops))
    }
  }
}
