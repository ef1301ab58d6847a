package import ControlViews
package import ControlClient
internal import Foundation
internal import MeshModel
internal import Synchronization

/// A running shop: starts its parts, waits for them, and ends every process it started.
package final class MeshRun: Sendable {
  package let mesh: ShopMesh
  private let processes = Mutex<[String: ChildProcess]>([:])

  package init(_ mesh: ShopMesh) {
    self.mesh = mesh
  }

  package var client: ControlClient { ControlClient(socket: mesh.socketPath) }

  package func startFlyball() async throws {
    let process = try mesh.startFlyball()
    processes.withLock { $0["flyball"] = process }
    try await wait(seconds: 20, for: "the daemon to answer") {
      guard process.isRunning else { throw DemoError("flyball ended:\n\(process.lastOutput)") }
      return (try? await self.client.status()) != nil  // Not listening yet.
    }
  }

  package func startEnvoy(_ name: String) throws {
    let process = try mesh.startEnvoy(name)
    processes.withLock { $0[name] = process }
  }

  package func startEnvoys() throws {
    for name in mesh.nodes { try startEnvoy(name) }
  }

  /// Waits until each sidecar that should be is attached with its filters in place.
  package func waitUntilAttached(except: Set<String> = []) async throws {
    try await wait(seconds: 60, for: "the sidecars to attach") {
      for (name, process) in self.processes.withLock({ $0 }) where !process.isRunning {
        throw DemoError("\(name) ended:\n\(process.lastOutput)")
      }
      let nodes = try await self.client.nodes()
      return self.mesh.options.workloads.allSatisfy { workload in
        except.contains(workload.name)
          || nodes.contains {
            $0.node == workload.name && $0.attached && $0.filters.count == Filter.allCases.count
              && $0.filters.values.allSatisfy { $0 == "accepted" }
          }
      }
    }
  }

  /// Waits until every sidecar's access logs arrive.
  package func waitUntilReporting(_ names: [String]) async throws {
    try await wait(seconds: 30, for: "the access logs to arrive") {
      let nodes = try await self.client.nodes()
      return names.allSatisfy { name in nodes.contains { $0.node == name && $0.reporting } }
    }
  }

  /// The newest action that satisfies the condition, waiting for it.
  package func waitForAction(
    seconds: Double, _ what: String, where condition: @Sendable (ActionView) -> Bool
  ) async throws -> ActionView {
    let found = Mutex<ActionView?>(nil)
    try await wait(seconds: seconds, for: what) {
      guard let action = try await self.client.actions().first(where: condition) else {
        return false
      }
      found.withLock { $0 = action }
      return true
    }
    guard let action = found.withLock({ $0 }) else { throw DemoError("no action: \(what)") }
    return try await client.action(action.id)
  }

  package func process(_ name: String) -> ChildProcess? {
    processes.withLock { $0[name] }
  }

  /// Ends every process this run started.
  package func stop() {
    let all = processes.withLock { processes in
      defer { processes = [:] }
      return Array(processes.values)
    }
    for process in all { process.kill() }
    for process in all { process.waitUntilExit() }
  }

  package func wait(
    seconds: Double, for what: String, _ condition: @Sendable () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw DemoError("waited \(seconds) s for \(what)")
  }
}
