internal import ControlViews
internal import ControlClient
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  struct Finding: Decodable {
    var level: String
    var what: String
    var detail: String
    var fix: String?
  }

  private struct Diagnosis: Decodable {
    var schemaVersion: Int
    var findings: [Finding]
  }

  private func doctor(_ arguments: String...) throws -> (status: Int32, out: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: TestMesh.root + "/.build/debug/flyball")
    process.arguments = ["doctor"] + arguments
    let out = Pipe()
    process.standardOutput = out
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  func findings(_ path: String) throws -> (status: Int32, findings: [Finding]) {
    let output = try doctor("--config", path, "--output", "json")
    let diagnosis = try JSONDecoder().decode(Diagnosis.self, from: Data(output.out.utf8))
    #expect(diagnosis.schemaVersion == 1)
    #expect(diagnosis.findings.allSatisfy { ($0.level == "ok") == ($0.fix == nil) })
    return (output.status, diagnosis.findings)
  }

  /// Names, sizes and times of the history's files, but for the index that readers share.
  private func files(_ folder: String) throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasPrefix("history") && !name.hasSuffix("-shm") {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      files[name] = "\(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
    }
    return files
  }

  @Test(
    "the doctor finds a running mesh healthy, and says what became worse, changing nothing",
    .timeLimit(.minutes(3)))
  func doctor() async throws {
    try await TestMesh.with { run, _ in
      let path = run.mesh.configurationPath
      let healthy = try findings(path)
      #expect(healthy.status == 0, "\(healthy.findings.filter { $0.level == "fail" })")
      let proxies = try #require(healthy.findings.first { $0.what == "proxies" })
      #expect(proxies.level == "ok")
      #expect(proxies.detail.hasPrefix("5 known, 5 attached, 5 reporting"))
      #expect(
        healthy.findings.filter { $0.detail.hasSuffix("is the running daemon's") }.count == 2)
      for what in ["history", "integrity", "durability", "proxies.tls.key", "daemon's clock"] {
        #expect(healthy.findings.contains { $0.what == what && $0.level == "ok" }, "\(what)")
      }

      try await run.client.order("/v1/pause")
      let payments = try #require(run.process("payments"))
      payments.kill()
      payments.waitUntilExit()
      try await run.wait(seconds: 20, for: "the loss of payments") {
        try await run.client.nodes().contains { !$0.attached }
      }
      let worse = try findings(path)
      #expect(worse.status == 0)
      #expect(worse.findings.contains { $0.what == "acting" && $0.fix == "flyball resume" })
      #expect(worse.findings.contains { $0.what == "proxy payments" && $0.level == "warn" })

      let daemon = try #require(run.process("flyball"))
      daemon.terminate()
      daemon.waitUntilExit()
      let before = try files(run.mesh.options.folder)
      let stopped = try findings(path)
      #expect(stopped.findings.contains { $0.what == "daemon" && $0.level == "warn" })
      #expect(stopped.findings.contains { $0.what == "history" && $0.level == "ok" })
      #expect(try files(run.mesh.options.folder) == before)
    }
  }

  @Test("a second daemon with the same socket is refused, and the first one goes on")
  func sameSocket() async throws {
    try await TestMesh.with { run, _ in
      let text = try String(contentsOfFile: run.mesh.configurationPath, encoding: .utf8)
      let other = run.mesh.options.folder + "/other.yaml"
      try text.split(separator: "\n").map {
        $0.hasPrefix("history:") ? "history: other.db" : String($0)
      }.joined(separator: "\n").write(toFile: other, atomically: true, encoding: .utf8)
      let second = try ChildProcess(
        name: "second", executable: run.mesh.options.flyball,
        arguments: ["run", "--config", other], logPath: run.mesh.options.folder + "/second.log")
      second.waitUntilExit()
      #expect(second.exitStatus == 1)
      #expect(
        second.lastOutput.contains(
          "flyball.sock is in use: another flyball answers there; stop that one"))
      #expect(try await run.client.status().openActions == 0)
      let confused = try findings(other)
      #expect(confused.status == 1)
      #expect(confused.findings.contains { $0.what == "socket" && $0.level == "fail" })
    }
  }
}
