internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

extension EndToEndTests {
  /// A rule that somebody else wrote: of the evaluation data where that is, else one of ours.
  private struct ForeignRule {
    var folder: String
    var author: String

    static let attack = "/remote/fgt_lang?lang=/../../../..//////////dev/cmdb/sslvpn_websession"

    init(in temporary: String) throws {
      let data =
        ProcessInfo.processInfo.environment["FLYBALL_DATA"]
        ?? TestMesh.root + "/../shared/data"
      let name = "web_cve_2018_13379_fortinet_preauth_read_exploit.yml"
      folder = temporary + "/others"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: data + "/sigma/" + name) {
        author = "Bhabesh Raj"
        try FileManager.default.copyItem(
          atPath: data + "/sigma/" + name, toPath: folder + "/" + name)
      } else {
        print("no evaluation data: the imported rule is one of the test's own")
        author = "A. Stranger"
        try """
        title: Session file asked for
        author: A. Stranger
        license: DRL-1.1
        level: critical
        logsource: {category: webserver}
        detection: {selection: {cs-uri-query|contains: sslvpn_websession}, condition: selection}
        """.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
      }
    }
  }

  private static let policy = """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: exploits}
    spec:
      match: [{sigma: {minLevel: high}}]
      steps: [{action: quarantine, withoutWitness: {throttle: {rate: 20/s, burst: 40}}}]
      revert: {ttl: 60s, when: {scoreBelow: 0.4, for: 300s}}
    """

  @Test("an import takes licences along, and refuses what is called like a rule that is there")
  func importBeside() throws {
    let temporary =
      FileManager.default.temporaryDirectory.path
      + "/flyball-import-\(UInt32.random(in: 0 ... .max))"
    // Only temporary files.
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    func write(_ text: String, _ name: String) throws {
      let file = URL(fileURLWithPath: temporary + "/" + name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    func rule(_ name: String) -> String {
      """
      title: \(name)
      name: \(name)
      logsource: {category: webserver}
      detection: {selection: {cs-uri-query|contains: \(name)}, condition: selection}
      """
    }
    try write(rule("own"), "rules/mine.yml")
    try write(rule("own"), "others/theirs.yml")
    try write(rule("other"), "others/other.yml")
    try write("terms", "others/LICENSE.md")
    let taken = try Program.flyball(
      "rules", "import", "--from", temporary + "/others", "--to", temporary + "/rules")
    #expect(
      taken.out.contains("theirs.yml: a rule of \(temporary)/rules/mine.yml is called 'own' too"))
    #expect(taken.out.contains("1 files taken, 1 refused"))
    let names = try FileManager.default.contentsOfDirectory(atPath: temporary + "/rules")
    #expect(names.sorted() == ["mine.yml", "other.yml", "others-LICENSE.md"])
  }

  @Test(
    "an imported rule quarantines on real Envoys, and its author is shown", .timeLimit(.minutes(2)))
  func importedRule() async throws {
    let temporary =
      FileManager.default.temporaryDirectory.path
      + "/flyball-rules-\(UInt32.random(in: 0 ... .max))"
    // Only temporary files.
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    let foreign = try ForeignRule(in: temporary)
    let taken = try Program.flyball(
      "rules", "import", "--from", foreign.folder, "--to", temporary + "/rules")
    #expect(taken.out.contains("1 files taken, 0 refused"))
    try await TestMesh.with { options in
      options.policies = ["exploits.yaml": Self.policy]
      options.configuration = "rules: \"\(temporary)/rules\""
    } _: { run, load in
      let attack = Task {
        while !Task.isCancelled {
          for service in ["orders", "payments"] {
            _ = await TestMesh.status(
              run.mesh.request(from: "reports", to: service, path: ForeignRule.attack))
          }
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      defer { attack.cancel() }
      let action = try await TestMesh.quarantined(run)
      #expect(action.detector == "rule")
      #expect(action.rule?.author == foreign.author)
      #expect(action.rule?.matched.contains("sslvpn_websession") == true)
      #expect(
        await TestMesh.status(
          run.mesh.request(from: "reports", to: "orders", path: "/export")) == 403)
      let story = try Program.flyball(
        "describe", "action", action.id, "--socket", run.mesh.socketPath)
      #expect(story.out.contains("by \(foreign.author)"))
      let list = try Program.flyball("rules", "list", "--socket", run.mesh.socketPath)
      #expect(list.out.contains(foreign.author))
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
    }
  }
}
