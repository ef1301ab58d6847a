internal import Actuators
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Testing

/// Every state against every event, as a table in a file.
///
/// `FLYBALL_GOLDEN=write swift test --filter TransitionTable` writes it anew.
struct TransitionTableTests {
  private static let states = [
    "awaiting-approval", "recording", "applying", "verifying", "holding", "releasing-step",
    "verifying-release-step", "holding-throttle", "releasing", "verifying-release", "released",
  ]

  private static let events: [(String, @Sendable (inout Scenario) -> Void)] = [
    ("corroborated detection", { $0.detect(id: ActionID(number: 2)) }),
    ("single-witness detection", { $0.detect(corroborated: 0, id: ActionID(number: 2)) }),
    ("recorded", { $0.record() }),
    ("record failed", { $0.give(.recordFailed("disk full")) }),
    ("all acknowledge", { $0.acknowledgeAll() }),
    ("one rejects", { $0.acknowledge("users", .rejected("no")) }),
    ("one detaches", { $0.detach("users") }),
    ("one without filter", { $0.acknowledge("users", filters: []) }),
    ("stopped", { $0.stop() }),
    ("limited", { $0.stop(by: nil) }),
    (
      "served after settling",
      {
        $0.now = $0.now.adding(milliseconds: 600)
        $0.serve()
      }
    ),
    ("probe denied", { $0.probe("payments") }),
    (
      "probe let through",
      {
        $0.now = $0.now.adding(milliseconds: 600)
        $0.probe("payments", isDenied: false)
      }
    ),
    ("calm score", { $0.calm() }),
    ("high score", { $0.give(.scores([Scenario.subject: 0.999])) }),
    ("2 s pass", { $0.wait(milliseconds: 2_000) }),
    ("61 s pass", { $0.wait(milliseconds: 61_000) }),
    ("700 s pass", { $0.wait(milliseconds: 700_000) }),
    ("pause", { $0.order(.pause) }),
    ("approve", { $0.approve() }),
    ("reject", { $0.order(.reject(Scenario.id)) }),
    ("revert", { $0.order(.revert(Scenario.id)) }),
    (
      "extend",
      {
        $0.now = $0.now.adding(milliseconds: 2_000)
        $0.order(.extend(Scenario.id, milliseconds: 2_000, reason: "not over yet"))
      }
    ),
  ]

  @Test("every state answers every event as the table says")
  func table() throws {
    var lines: [String] = []
    for state in Self.states {
      for (name, event) in Self.events {
        var scenario = Scenario(
          limits: LoopLimits(probed: Set(Scenario.nodes.map { Scenario.proxy($0) })))
        scenario.reach(state)
        scenario.effects = []
        event(&scenario)
        let effects = scenario.effects.map(Self.brief).joined(separator: ", ")
        lines.append(
          "\(Self.padded(state, 24))\(Self.padded(name, 26))"
            + "\(Self.padded(scenario.stateName, 20))\(effects.isEmpty ? "-" : effects)")
      }
      lines.append("")
    }
    try Golden.compare(lines.joined(separator: "\n"), with: "transitions.txt", in: #filePath)
  }

  private static func brief(_ effect: LoopEffect) -> String {
    switch effect {
    case .record(let entry): "record \(entry.event)\(entry.isIntent ? " (intent)" : "")"
    case .enforce(let enforcement, _): "enforce \(enforcement.stage.name)"
    case .withdraw: "withdraw"
    case .watch(let watch): "watch \(watch.followed.count)/\(watch.pressed.count)"
    case .compare: "compare"
    case .spend: "spend"
    case .relearn: "relearn"
    case .rehearse: "rehearse"
    case .tested: "tested"
    case .escalate: "escalate"
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text.padding(toLength: width, withPad: " ", startingAt: 0)
  }
}

/// Files that hold what a test expects to the letter.
enum Golden {
  static func compare(_ text: String, with name: String, in testFile: String) throws {
    let file = URL(fileURLWithPath: testFile).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let expected = try String(contentsOf: file, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let actual = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, pair) in zip(expected, actual).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name):\(line + 1)\n  expected \(pair.0)\n  actual   \(pair.1)")
    }
    #expect(expected.count == actual.count)
  }
}

extension Scenario {
  mutating func approve(by name: String = "alice") {
    let fingerprint = action.map { engine.fingerprint(of: $0) } ?? ""
    order(.approve(Self.id, fingerprint: fingerprint), by: name)
  }

  mutating func order(_ command: OperatorCommand, by name: String = "alice") {
    do {
      effects += try engine.handle(command, by: name, at: now)
    } catch {}  // The table shows that nothing changed.
  }

  mutating func detach(_ node: String) {
    give(
      .proxy(
        ProxyReport(
          proxy: Scenario.proxy(node), isAttached: false, generation: 99, filters: [:])))
  }
}
