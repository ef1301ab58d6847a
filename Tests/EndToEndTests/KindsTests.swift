internal import Actuators
internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

/// Reroute, tighten-mtls, and shadows, at real Envoys.
extension EndToEndTests {
  @Test(
    "a shadow changes no answer and is proved, alone and beside what is enforced",
    .timeLimit(.minutes(2)), arguments: [0, 8])
  func shadowBesideEnforced(others: Int) async throws {
    try await ControlledMesh.with { mesh in
      let later = mesh.now().adding(milliseconds: 60_000)
      // With others the rules are a tree.
      for number in 0..<others {
        try await mesh.enforce(.quarantine, isShadow: true, on: "w\(10 + number)", until: later)
        try await mesh.enforce(.quarantine, on: "w\(30 + number)", until: later)
      }
      let shadow = try await mesh.enforce(
        .quarantine, isShadow: true, on: "reports", until: later)
      for _ in 0..<20 { #expect(await mesh.call(from: "reports", to: "payments") == 200) }
      #expect(await mesh.sends("reports", to: "payments") == 200)
      #expect(await mesh.call(from: "users", to: "payments") == 200)
      try await mesh.sees(.wouldDeny(shadow))

      let enforced = try await mesh.quarantine("reports", until: later)
      #expect(await mesh.call(from: "reports", to: "payments") == 403)
      #expect(await mesh.call(from: "users", to: "payments") == 200)
      try await mesh.sees(.denied(enforced))
      #expect(mesh.count(of: .denied(shadow)) == 0)

      try await mesh.release(enforced)
      #expect(await mesh.call(from: "reports", to: "payments") == 200)
      try await mesh.release(shadow)
      let served = mesh.count(of: .served)
      let marked = mesh.count(of: .wouldDeny(shadow))
      #expect(await mesh.call(from: "reports", to: "payments") == 200)
      while mesh.count(of: .served) == served { try await Task.sleep(for: .milliseconds(10)) }
      #expect(mesh.count(of: .wouldDeny(shadow)) <= marked + 1)
    }
  }

  @Test(
    "a rerouted subject is answered by the decoy until its deadline or release, others never are",
    .timeLimit(.minutes(2)))
  func reroute() async throws {
    let decoy = Stage.reroute(to: try #require(ClusterName(parsing: "decoy")))
    try await ControlledMesh.with { mesh in
      let connection = HTTPConnection()
      #expect(await mesh.call(from: "reports", to: "payments", on: connection) == 200)
      let soon = mesh.now().adding(milliseconds: 3_000)
      let first = try await mesh.enforce(decoy, on: "reports", until: soon)
      #expect(await mesh.call(from: "reports", to: "payments", on: connection) == 202)
      #expect(await mesh.call(from: "reports", to: "users", on: HTTPConnection()) == 202)
      #expect(await mesh.call(from: "users", to: "payments") == 200)
      try await mesh.sees(.rerouted(first))
      // Nobody can ask for the decoy, or out of it, by a header.
      for header in ["x-flyball-route: decoy", "cluster: decoy", "flyball.route: cluster=decoy"] {
        #expect(await mesh.call(from: "users", to: "payments", headers: [header]) == 200)
        #expect(await mesh.call(from: "reports", to: "payments", headers: [header]) == 202)
      }
      try await Task.sleep(for: .milliseconds(max(0, soon.milliseconds(since: mesh.now())) + 5))
      #expect(await mesh.call(from: "reports", to: "payments", on: connection) == 200)

      let second = try await mesh.enforce(
        decoy, on: "reports", until: mesh.now().adding(milliseconds: 60_000))
      #expect(await mesh.call(from: "reports", to: "payments", on: connection) == 202)
      try await mesh.release(second)
      #expect(await mesh.call(from: "reports", to: "payments", on: connection) == 200)

      let shadow = try await mesh.enforce(
        decoy, isShadow: true, on: "reports", until: mesh.now().adding(milliseconds: 60_000))
      for _ in 0..<20 { #expect(await mesh.call(from: "reports", to: "payments") == 200) }
      try await mesh.sees(.wouldReroute(shadow))
      #expect(mesh.count(of: .rerouted(shadow)) == 0)
    }
  }

  @Test("a proxy without the route serves the request, and is seen to", .timeLimit(.minutes(2)))
  func missingRoute() async throws {
    let decoy = Stage.reroute(to: try #require(ClusterName(parsing: "decoy")))
    try await ControlledMesh.with(faults: ["payments": .noDecoyRoute]) { mesh in
      let action = try await mesh.enforce(
        decoy, on: "reports", until: mesh.now().adding(milliseconds: 60_000))
      #expect(await mesh.call(from: "reports", to: "payments") == 200)
      try await mesh.sees(.served)
      #expect(mesh.count(of: .rerouted(action)) == 0)
    }
  }

  @Test(
    "tightened, a workload serves who shows a certificate and denies who shows none",
    .timeLimit(.minutes(2)), arguments: [0, 8])
  func tighten(others: Int) async throws {
    try await ControlledMesh.with(faults: ["payments": .permissive, "users": .permissive]) { mesh in
      let later = mesh.now().adding(milliseconds: 60_000)
      for number in 0..<others {
        try await mesh.enforce(.quarantine, isShadow: true, on: "w\(10 + number)", until: later)
        try await mesh.enforce(.quarantine, on: "w\(30 + number)", until: later)
      }
      func statuses(_ name: String) async throws -> [Int] {
        [
          try await mesh.callsUnknown(name, isEncrypted: false),
          try await mesh.callsUnknown(name, isEncrypted: true),
          await mesh.call(from: "reports", to: name),
        ]
      }
      #expect(try await statuses("payments") == [200, 200, 200])
      let shadow = try await mesh.enforce(
        .tightenMTLS, isShadow: true, on: "payments", until: later)
      #expect(try await statuses("payments") == [200, 200, 200])
      try await mesh.sees(.wouldDeny(shadow))
      try await mesh.sees(.admitted)

      let soon = mesh.now().adding(milliseconds: 3_000)
      let action = try await mesh.enforce(.tightenMTLS, on: "payments", until: soon)
      #expect(try await statuses("payments") == [403, 403, 200])
      // What it sends is not touched, and neither is anybody else.
      #expect(await mesh.sends("users", to: "payments") == 200)
      #expect(try await statuses("users") == [404, 404, 404])
      try await mesh.sees(.denied(action))
      try await Task.sleep(for: .milliseconds(max(0, soon.milliseconds(since: mesh.now())) + 5))
      #expect(try await statuses("payments") == [200, 200, 200])
    }
  }
}
