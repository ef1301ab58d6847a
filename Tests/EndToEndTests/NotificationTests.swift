internal import ControlClient
internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import TestServer
internal import Testing

extension EndToEndTests {
  @Test(
    "who is to be told learns of a quarantine, though Flyball is killed meanwhile",
    .timeLimit(.minutes(3)))
  func notifications() async throws {
    let inbox = EventInbox(isWell: false)
    let server = try LoopbackServer { $0.answer(inbox.take($0.body)) }
    defer { server.stop() }
    try await TestMesh.with {
      $0.configuration = """
        notifications:
          address: https://flyball.example
          receivers: [{name: events, kind: cloud-events, url: "http://127.0.0.1:\(server.port)/"}]
        """
    } _: { run, _ in
      let configuration = run.mesh.configurationPath
      let refused = try Program.flyball("notify", "test", "events", "--config", configuration)
      #expect(refused.status == 4 && refused.err.contains("status 503"), "\(refused)")
      let unknown = try Program.flyball("notify", "test", "chat", "--config", configuration)
      #expect(unknown.status == 2 && unknown.err.contains("events"), "\(unknown)")
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      try await run.wait(seconds: 10, for: "the first attempt") {
        !inbox.events("action.applied").isEmpty
      }
      #expect(
        inbox.events("action.verified").isEmpty, "an earlier notice of the matter was not told yet")
      let daemon = try #require(run.process("flyball"))
      daemon.kill()
      daemon.waitUntilExit()
      inbox.mend()
      try await run.startFlyball()
      try await run.wait(seconds: 20, for: "all that was owed") {
        !inbox.events("action.verified").isEmpty
      }
      let link = "https://flyball.example/actions/\(action.id)"
      #expect(inbox.events("action.verified").allSatisfy { $0.contains(link) })
      let list = try await run.client.notices()
      #expect(list.receivers.map(\.name) == ["events"] && list.deadLetters.isEmpty)
      let well = try Program.flyball("notify", "test", "events", "--config", configuration)
      #expect(well.status == 0 && inbox.events("test").count == 2, "\(well)")
    }
  }
}
