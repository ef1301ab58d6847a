internal import Actuators
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

/// Quarantines of many subjects at real Envoys, whose control plane runs in the test.
extension EndToEndTests {
  @Test(
    "with sixty subjects each denial names its own action, and one opens at its own deadline",
    .timeLimit(.minutes(2)))
  func sixtySubjects() async throws {
    try await ControlledMesh.with { mesh in
      let soon = mesh.now().adding(milliseconds: 4_000)
      try await mesh.quarantine((10..<70).map { "w\($0)" }, lasting: 60_000)
      let reports = try await mesh.quarantine("reports", until: soon)
      let orders = try await mesh.quarantine(
        "orders", until: mesh.now().adding(milliseconds: 90_000))
      #expect(await mesh.call(from: "reports", to: "payments") == 403)
      #expect(await mesh.call(from: "orders", to: "payments") == 403)
      #expect(await mesh.call(from: "users", to: "payments") == 200)
      // Its own sidecar refuses what it sends; that of others has a listener without identities.
      #expect(await mesh.sends("reports", to: "payments") == 403)
      #expect(await mesh.sends("users", to: "payments") == 200)
      try await mesh.sees([reports, orders])
      while mesh.now() < soon {
        let status = await mesh.call(from: "reports", to: "payments")
        // A request that straddles the deadline may go either way.
        if mesh.now() < soon { #expect(status == 403) }
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(await mesh.call(from: "reports", to: "payments") == 200)
      #expect(await mesh.sends("reports", to: "payments") == 200)
      #expect(await mesh.call(from: "orders", to: "payments") == 403)
    }
  }

  @Test(
    "from few subjects to many and back: every step is accepted and none leaves a gap",
    .timeLimit(.minutes(2)))
  func fewAndMany() async throws {
    try await ControlledMesh.with { mesh in
      try await mesh.quarantine("reports", until: mesh.now().adding(milliseconds: 90_000))
      let attempts = Task {
        let connection = HTTPConnection()
        var statuses: [Int] = []
        while !Task.isCancelled {
          let status = await mesh.call(from: "reports", to: "payments", on: connection)
          // Who is cancelled has no answer.
          if !Task.isCancelled { statuses.append(status) }
        }
        return statuses
      }
      for _ in 0..<5 {
        var others: [ActionID] = []
        for number in 0..<6 {
          others.append(
            try await mesh.quarantine(
              "w\(number)", until: mesh.now().adding(milliseconds: 60_000)))
        }
        for action in others { try await mesh.release(action) }
      }
      for step in [49, 51, 49] {
        try await mesh.quarantine((100..<100 + step).map { "w\($0)" }, lasting: 60_000)
        #expect(await mesh.call(from: "users", to: "payments") == 200)
        for number in 0..<step { try await mesh.release(ActionID(number: UInt64(100 + number))) }
      }
      attempts.cancel()
      let statuses = await attempts.value
      #expect(statuses.count > 100)
      #expect(statuses.allSatisfy { $0 == 403 })
    }
  }

  @Test(
    "a client is denied by its address among many subjects, and headers do not change it",
    .timeLimit(.minutes(2)))
  func clientAmongMany() async throws {
    try await ControlledMesh.with { mesh in
      try await mesh.quarantine((10..<30).map { "w\($0)" }, lasting: 60_000)
      try await mesh.quarantineClient("2001:db8::1", at: "payments")
      #expect(await mesh.call(from: "users", to: "payments") == 200)
      let other = try await mesh.quarantineClient("192.0.2.7", at: "payments")
      #expect(
        await mesh.call(from: "users", to: "payments", headers: ["X-Forwarded-For: 192.0.2.7"])
          == 200)
      try await mesh.release(other)
      let client = try await mesh.quarantineClient("127.0.0.1", at: "payments")
      #expect(
        await mesh.call(from: "users", to: "payments", headers: ["X-Forwarded-For: 192.0.2.9"])
          == 403)
      try await mesh.sees([client])
    }
  }

  @Test(
    "without a controller no rule outlives its deadline, and what none names stays open",
    .timeLimit(.minutes(2)))
  func limitOfTheOthers() async throws {
    try await ControlledMesh.with { mesh in
      let end = mesh.now().adding(milliseconds: 3_000)
      for number in 10..<30 { try await mesh.quarantine("w\(number)", until: end) }
      try await mesh.quarantine("orders", until: mesh.now().adding(milliseconds: 60_000))
      #expect(await mesh.call(from: "orders", to: "payments") == 403)
      try await Task.sleep(for: .milliseconds(max(0, end.milliseconds(since: mesh.now())) + 50))
      // The eight that end first are judged one by one, the others end with the first of them.
      #expect(await mesh.call(from: "orders", to: "payments") == 200)
      #expect(await mesh.call(from: "users", to: "payments") == 200)
      #expect(await mesh.sends("users", to: "payments") == 200)
      // Any change renews the limit.
      try await mesh.release(ActionID(number: 10))
      for number in 11..<30 { try await mesh.release(ActionID(number: UInt64(number))) }
      #expect(await mesh.call(from: "orders", to: "payments") == 403)
    }
  }
}
