internal import MeshModel
internal import CurlHTTP

/// Ordinary traffic between the workloads, with think times, until the task is cancelled.
package struct BenignLoad: Sendable {
  private let mesh: ShopMesh
  private let seed: UInt64
  /// What everybody but `reports` saw.
  package let innocents = Tally()
  /// What `reports` saw of its ordinary calls, which go on while it is compromised.
  package let suspect = Tally()

  /// Calls that succeed in a healthy shop.
  private static let calls: [(from: String, to: String, path: String)] = [
    ("frontend", "catalog", "/items"), ("frontend", "users", "/profile"),
    ("frontend", "orders", "/cart"), ("orders", "payments", "/pay"),
    ("orders", "users", "/profile"), ("reports", "orders", "/export"),
  ]

  package init(mesh: ShopMesh, seed: UInt64) {
    self.mesh = mesh
    self.seed = seed
  }

  package func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for (index, call) in Self.calls.enumerated() where has(call.from) && has(call.to) {
        let request = mesh.request(from: call.from, to: call.to, path: call.path)
        group.addTask {
          try await repeatedly(
            request, "\(call.from) to \(call.to)",
            call.from == "reports" ? suspect : innocents, UInt64(index))
        }
      }
      if mesh.options.hasGateway {
        group.addTask {
          try await repeatedly(mesh.external(path: "/"), "client to ingress", innocents, 90)
        }
      }
    }
  }

  private func has(_ name: String) -> Bool { mesh.ports[name] != nil }

  private func repeatedly(
    _ request: HTTPRequest, _ name: String, _ tally: Tally, _ stream: UInt64
  ) async throws {
    var random = SeededRandom(seed: seed &+ stream)
    let connection = HTTPConnection()
    while true {
      try await Task.sleep(for: .milliseconds(Int.random(in: 10...40, using: &random)))
      do {
        let status = try await connection.send(request).status
        if status == 200 { tally.success() } else { tally.failure("\(name): \(status)") }
      } catch let error as CurlHTTP.HTTPError {
        tally.failure("\(name): \(error)")
      }
    }
  }
}
