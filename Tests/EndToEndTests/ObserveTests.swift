internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  @Test(
    "observe shows live requests that meet its conditions, with the action that denies them",
    .timeLimit(.minutes(2)))
  func observe() async throws {
    try await TestMesh.with { run, _ in
      let socket = run.mesh.socketPath
      let calm = try Program.flyball(
        "observe", "--follow", "--from", "frontend", "--to", "orders", "--status", "2xx",
        "--limit", "3", "-o", "json", "--socket", socket)
      #expect(calm.status == 0, "\(calm.err)")
      let lines = calm.out.split(separator: "\n")
      #expect(lines.count == 3)
      for line in lines {
        let request = try JSONDecoder().decode(Shown.self, from: Data(line.utf8))
        #expect(request.from.hasSuffix("/frontend") && request.to.hasSuffix("/orders"), "\(line)")
        #expect(request.status.map { (200...299).contains($0) } == true)
        #expect(["in", "out"].contains(request.side))
        #expect(!request.method.isEmpty && request.path.hasPrefix("/"))
      }
      try await TestMesh.attacking(run) { _ in
        let action = try await TestMesh.quarantined(run)
        let denied = try Program.flyball(
          "observe", "-f", "--action", action.id, "--limit", "1", "--socket", socket)
        #expect(denied.status == 0, "\(denied.err)")
        #expect(denied.out.contains("reports -> "), "\(denied.out)")
        #expect(denied.out.contains("  denied by \(action.id)  "), "\(denied.out)")
      }
    }
    let nothing = try Program.flyball("observe")
    #expect(nothing.status == 2)
    #expect(nothing.err.contains("Name a recording, or add --follow"))
    let wrong = try Program.flyball("observe", "-f", "--status", "6xx")
    #expect(wrong.status == 2)
    let unreachable = try Program.flyball("observe", "-f", "--socket", "/nowhere.sock")
    #expect(unreachable.status == 3)
  }

  private struct Shown: Decodable {
    var from: String
    var to: String
    var side: String
    var method: String
    var path: String
    var status: Int?
  }
}
