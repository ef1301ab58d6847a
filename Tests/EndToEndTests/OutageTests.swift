internal import ControlViews
internal import ControlClient
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import Testing

extension EndToEndTests {
  @Test(
    "two attackers and an outage at once: only the attackers are blamed, live and in the replay",
    .timeLimit(.minutes(3)))
  func twoAttackersAndAnOutage() async throws {
    try await TestMesh.with(configure: { options in
      options.workloads =
        Workload.shop + [
          Workload("batch", paths: [], calls: ["catalog", "orders", "payments", "users"])
        ]
    }) { run, _ in
      let recording = run.mesh.options.folder + "/recording.gz"
      let flyball = run.mesh.options.flyball
      let recorder = try ChildProcess(
        name: "record", executable: flyball,
        arguments: [
          "record", recording, "--for", "8s", "--redact", "--socket", run.mesh.socketPath,
        ], logPath: run.mesh.options.folder + "/record.log")
      defer { recorder.kill() }
      try await Task.sleep(for: .seconds(2))
      run.mesh.fail("users")
      let clock = LoopClock()
      let attackers = ["reports", "batch"].map { name in
        Attack(
          mesh: run.mesh, from: name, targets: ["catalog", "orders", "payments", "users"],
          now: { clock.now() })
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (seed, attack) in attackers.enumerated() {
          group.addTask { try await attack.run(seed: UInt64(seed)) }
        }
        for name in ["reports", "batch"] {
          _ = try await run.waitForAction(seconds: 20, "the quarantine of \(name)") {
            $0.subject.hasSuffix("/\(name)") && $0.stage == "quarantine"
              && $0.verdict == "effective"
          }
        }
        try await run.wait(seconds: 20, for: "the recording to end") { !recorder.isRunning }
        group.cancelAll()
      }
      let subjects = Set(try await run.client.actions().map(\.subject))
      #expect(subjects == Set(["reports", "batch"].map { "\(Workload.principal($0))" }))

      let policies = run.mesh.options.folder + "/policies"
      let replays = try (0..<2).map { number in
        try Self.output(
          of: flyball, ["replay", recording, "--policy", policies, "-o", "json"],
          in: run.mesh.options.folder, "replay-\(number)")
      }
      #expect(replays[0] == replays[1])
      let blamed = Set(
        replays[0].split(separator: "\n").compactMap { line in
          line.firstMatch(of: #/"subject":"([^"]*)"/#).map { String($0.1) }
        })
      #expect(blamed == subjects)
    }
  }

  /// What a command prints, once it has ended well.
  private static func output(
    of program: String, _ arguments: [String], in folder: String, _ name: String
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let file = folder + "/" + name
    try Data().write(to: URL(fileURLWithPath: file))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try String(contentsOfFile: file, encoding: .utf8)
  }
}
