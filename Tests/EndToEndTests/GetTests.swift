internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import Testing
internal import Yams

extension EndToEndTests {
  @Test(
    "get prints the same list as a table, wide, as names, JSON and YAML, and follows what changes",
    .timeLimit(.minutes(2)))
  func getOutputs() async throws {
    try await TestMesh.with { run, _ in
      let socket = run.mesh.socketPath
      func get(_ arguments: String...) throws -> String {
        let output = try Program.flyball(["get"] + arguments + ["--socket", socket])
        #expect(output.status == 0, "\(arguments): \(output.err)")
        return output.out
      }
      let list = try JSONDecoder().decode(
        NodeList.self, from: Data(try get("nodes", "-o", "json").utf8))
      #expect(!list.nodes.isEmpty)
      let names = try get("nodes", "-o", "name").split(separator: "\n").map(String.init)
      #expect(names == list.nodes.map(\.node))
      #expect(try get("nodes", "-o", "yaml").hasPrefix("nodes:\n- attached: true\n"))
      let yaml = try YAMLDecoder().decode(NodeList.self, from: try get("nodes", "-o", "yaml"))
      #expect(yaml.nodes.map(\.principal) == list.nodes.map(\.principal))
      let table = try get("nodes").split(separator: "\n")
      let wide = try get("nodes", "-o", "wide").split(separator: "\n")
      #expect(table.count == names.count + 1 && wide.count == table.count)
      #expect(wide[0].hasPrefix("NODE") && wide[0].hasSuffix("LACKS"))

      let watch = Process()
      watch.executableURL = URL(fileURLWithPath: TestMesh.root + "/.build/debug/flyball")
      watch.arguments = ["get", "actions", "--watch", "--socket", socket]
      let printed = FileManager.default.temporaryDirectory
        .appendingPathComponent("flyball-watch-\(UInt32.random(in: 0 ... .max)).txt")
      #expect(FileManager.default.createFile(atPath: printed.path, contents: nil))
      defer { try? FileManager.default.removeItem(at: printed) }  // It is in the temporary folder.
      watch.standardOutput = try FileHandle(forWritingTo: printed)
      watch.standardError = FileHandle.nullDevice
      try watch.run()
      defer { watch.terminate() }
      try await TestMesh.attacking(run) { _ in
        let action = try await TestMesh.quarantined(run)
        try await Self.lists(socket, action.id)
        let subject = "spiffe://shop.demo/ns/shop/sa/orders"
        let dry = try Program.flyball([
          "act", "throttle", subject, "--rate", "5", "--for", "5s", "--dry-run", "--socket", socket,
        ])
        #expect(
          dry.status == 0 && dry.out.contains("Would     throttle") && dry.out.contains(subject))
        #expect(dry.out.contains("of the mesh's requests") && dry.out.contains("flyball.throttle"))
        let taken = try Program.flyball([
          "act", "quarantine", action.subject, "--for", "5s", "--dry-run", "--socket", socket,
        ])
        #expect(taken.status == 4 && taken.err.contains("is open against it already"))
        #expect(try get("actions", "-o", "name") == action.id + "\n")
        // The time limit ends a wait in vain.
        while true {
          let lines = try String(contentsOf: printed, encoding: .utf8).split(separator: "\n")
          let rows = lines.filter { $0.hasPrefix(action.id) }
          if rows.contains(where: { $0.contains("  quarantine  ") }), rows.count > 1 { break }
          try await Task.sleep(for: .milliseconds(100))
        }
      }
    }
    let both = try Program.flyball("get", "actions", "-w", "-o", "json")
    #expect(both.status == 2)
    #expect(both.err.contains("--watch prints rows"))
  }

  /// Every kind in every form, while there is something to tell of each.
  private static func lists(_ socket: String, _ action: String) async throws {
    func get(_ arguments: String...) throws -> String {
      let output = try Program.flyball(["get"] + arguments + ["--socket", socket])
      #expect(output.status == 0, "\(arguments): \(output.err)")
      return output.out
    }
    // Scores and traffic are asked for every five seconds. The time limit ends a wait in vain.
    while try !(get("scores").contains(action) && get("services").contains(action)) {
      try await Task.sleep(for: .milliseconds(200))
    }
    for (kind, heading) in [
      ("alerts", "ALERT"), ("policies", "POLICY"), ("scores", "SUBJECT"), ("services", "SERVICE"),
    ] {
      let table = try get(kind).split(separator: "\n")
      let wide = try get(kind, "-o", "wide").split(separator: "\n")
      #expect(table[0].hasPrefix(heading) && table.count > 1 && wide[0].count > table[0].count)
      let names = try get(kind, "-o", "name").split(separator: "\n")
      #expect(names.allSatisfy { name in table.contains { $0.hasPrefix(name) } })
      let json = try JSONSerialization.jsonObject(with: Data(try get(kind, "-o", "json").utf8))
      let list = (json as? [String: Any])?[kind] as? [Any]
      #expect(list?.isEmpty == false, "\(kind)")
      let yaml = try YAMLDecoder().decode(
        [String: YAMLItems].self, from: try get(kind, "-o", "yaml"))
      #expect(yaml[kind]?.count == list?.count, "\(kind)")
    }
    #expect(try get("alerts", "-o", "name").contains(action))
  }

  /// How many items a list has; nil of what is none.
  private struct YAMLItems: Decodable {
    var count: Int?

    init(from decoder: any Decoder) throws {
      count = (try? decoder.unkeyedContainer())?.count
    }
  }
}
