internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  @Test(
    "every command of the documents runs, beside a real mesh with an action in force",
    .timeLimit(.minutes(6)))
  func documentedCommands() async throws {
    let commands = try DocumentedCommand.all()
    #expect(commands.count > 30)
    try await TestMesh.with { run, _ in
      try await TestMesh.attacking(run) { _ in
        let action = try await TestMesh.quarantined(run)
        let desk = try DocumentationDesk(run.mesh, action: action.id)
        defer { desk.remove() }
        for command in commands.sorted(by: { $0.rank < $1.rank }) {
          let output = try desk.run(command)
          #expect(
            command.exitCodes.contains(output.status),
            "\(command.place): \(command.line)\nexit \(output.status): \(output.err)")
        }
      }
    }
  }
}

/// A line of a code block that calls the program.
struct DocumentedCommand {
  let place: String
  let line: String

  static func all() throws -> [DocumentedCommand] {
    let folder = URL(fileURLWithPath: TestMesh.root)
    let documents = try FileManager.default.contentsOfDirectory(
      at: folder.appendingPathComponent("docs"), includingPropertiesForKeys: nil)
    let pages = documents.filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }
    return try ([folder.appendingPathComponent("README.md")] + pages).flatMap(commands)
  }

  private static func commands(_ page: URL) throws -> [DocumentedCommand] {
    var isCode = false
    var found: [DocumentedCommand] = []
    let lines = try String(contentsOf: page, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") { isCode.toggle() }
      let command = line.hasPrefix("$ ") ? line.dropFirst(2) : line
      // With an ellipsis something is left out that nobody can run.
      guard isCode, command.hasPrefix("flyball "), !command.contains("…") else { continue }
      let bare = command.firstRange(of: "  #").map { command[..<$0.lowerBound] } ?? command
      found.append(
        DocumentedCommand(
          place: "\(page.lastPathComponent):\(number + 1)",
          line: bare.trimmingCharacters(in: .whitespaces)))
    }
    return found
  }

  /// What needs the action in force goes first, then what ends it.
  var rank: Int {
    if line.hasPrefix("flyball record") { return 0 }
    if line.contains("revert --all") { return 3 }
    return line.hasPrefix("flyball revert") ? 2 : 1
  }

  /// Those it may end with here: nobody answers what approving asks, nothing waits for it, the
  /// attack goes on, and actions of this mesh last seconds.
  var exitCodes: Set<Int32> {
    let refused = ["flyball approve", "flyball reject", "flyball act", "flyball extend"]
    if refused.contains(where: line.hasPrefix) { return [0, 4] }
    if line.hasPrefix("flyball revert") { return [0, 4, 5] }
    // The mesh's own daemon holds the history.
    if line.hasPrefix("flyball run") { return [1] }
    if line.contains("--watch") { return [130] }
    return line.hasPrefix("flyball doctor") ? [0, 1] : [0]
  }
}

/// A folder in which the files that documents name are there.
struct DocumentationDesk {
  private let folder: URL
  private let words: [(String, String)]

  init(_ mesh: ShopMesh, action: String) throws {
    let files = FileManager.default
    folder = files.temporaryDirectory.appendingPathComponent(
      "flyball-documents-\(UInt32.random(in: 0 ... .max))")
    let root = URL(fileURLWithPath: TestMesh.root)
    try files.createDirectory(
      at: folder.appendingPathComponent("OUT"), withIntermediateDirectories: true)
    for link in ["rules", ".build"] {
      try files.createSymbolicLink(
        at: folder.appendingPathComponent(link),
        withDestinationURL: root.appendingPathComponent(link))
    }
    try files.copyItem(
      at: root.appendingPathComponent("rules/sigma"), to: folder.appendingPathComponent("FOLDER"))
    try files.copyItem(
      at: root.appendingPathComponent("rules/sigma"), to: folder.appendingPathComponent("CHECKOUT"))
    try "subject,start,end\n".write(
      to: folder.appendingPathComponent("incidents.csv"), atomically: true, encoding: .utf8)
    let attacker = "spiffe://shop.demo/ns/shop/sa/catalog"
    words = [
      (".demo/flyball.sock", mesh.socketPath), ("SUBJECT", attacker), ("WORKLOAD", attacker),
      ("TEXT", "because"), ("--for 30m", "--for 2s"), ("flyball.yaml", mesh.configurationPath),
      ("--to FOLDER", "--to OUT"), ("ID", action),
    ]
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)  // It is in the temporary folder.
  }

  /// What goes on until it is interrupted is interrupted after a while.
  func run(_ command: DocumentedCommand) throws -> Program.Output {
    var line = words.reduce(command.line) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    line = line.replacing(/fb-[0-9a-f]{12}/, with: words.last?.1 ?? "")
    let program = TestMesh.root + "/.build/debug/flyball"
    return try Program.run(
      "/bin/bash", "-c",
      """
      cd '\(folder.path)'
      export FLYBALL_SOCKET='\(words[0].1)'
      flyball() { timeout --preserve-status -s INT 8 '\(program)' "$@"; }
      \(line)
      """)
  }
}
