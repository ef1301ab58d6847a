internal import Foundation
internal import MeshModel
internal import Testing

@testable internal import Signals

/// Every state of a signal against every event, as a table in a file.
///
/// `FLYBALL_GOLDEN=write swift test --filter DeskTable` writes it anew.
struct DeskTableTests {
  private static let states: [(String, @Sendable (inout DeskScenario) -> Void)] = [
    ("unknown", { _ in }),
    ("recording", { $0.send([DeskScenario.item()]) }),
    ("firing", { $0.deliver([DeskScenario.item()]) }),
    (
      "resolving",
      {
        $0.deliver([DeskScenario.item()])
        $0.send([DeskScenario.item("1", .resolved(at: nil))])
      }
    ),
    (
      "resolving, record failed",
      {
        $0.deliver([DeskScenario.item()])
        $0.send([DeskScenario.item("1", .resolved(at: nil))])
        $0.give(.recordFailed(DeliveryID(2)))
      }
    ),
    (
      "resolved",
      {
        $0.deliver([DeskScenario.item()])
        $0.deliver([DeskScenario.item("1", .resolved(at: nil))])
      }
    ),
    ("occurred", { $0.deliver([DeskScenario.item("1", .occurred)]) }),
    ("about a stranger", { $0.deliver([DeskScenario.item(about: .stranger(Sample.web))]) }),
    (
      "expired",
      {
        $0.deliver([DeskScenario.item("1", .occurred)])
        $0.wait(seconds: 900)
      }
    ),
  ]

  private static let events: [(String, @Sendable (inout DeskScenario) -> Void)] = [
    ("firing", { $0.send([DeskScenario.item()]) }),
    (
      "firing, 2 h later",
      {
        $0.now = $0.now.adding(milliseconds: 7_200_000)
        $0.send([DeskScenario.item()])
      }
    ),
    ("occurred", { $0.send([DeskScenario.item("1", .occurred)]) }),
    ("resolved", { $0.send([DeskScenario.item("1", .resolved(at: nil))]) }),
    (
      "firing, begun later",
      {
        $0.now = $0.now.adding(milliseconds: 1_000)
        $0.send([DeskScenario.item(started: $0.now)])
      }
    ),
    ("another firing", { $0.deliver([DeskScenario.item("2")]) }),
    ("a graver firing", { $0.deliver([DeskScenario.item("2", severity: .critical)]) }),
    ("recorded", { $0.recorded() }),
    (
      "record failed",
      {
        $0.give(.recordFailed(DeliveryID(2))); $0.give(.recordFailed(DeliveryID(1)))
      }
    ),
    ("30 s pass", { $0.wait(seconds: 30) }),
    ("900 s pass", { $0.wait(seconds: 900) }),
    ("6 h pass", { $0.wait(seconds: 21_600) }),
    ("25 h pass", { $0.wait(seconds: 90_000) }),
  ]

  @Test("every state of a signal answers every event as the table says")
  func table() throws {
    var lines: [String] = []
    for (name, reach) in Self.states {
      for (event, happen) in Self.events {
        var scenario = DeskScenario()
        reach(&scenario)
        scenario.effects = []
        happen(&scenario)
        let effects = scenario.effects.map(Self.brief).joined(separator: ", ")
        lines.append(
          Self.padded(name, 26) + Self.padded(event, 20)
            + Self.padded(Self.brief(scenario.desk.state(of: DeskScenario.key)), 12)
            + (effects.isEmpty ? "-" : effects))
      }
      lines.append("")
    }
    let text = lines.joined(separator: "\n")
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/desk.txt")
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try text == String(contentsOf: golden, encoding: .utf8))
  }

  private static func brief(_ state: SignalState?) -> String {
    switch state {
    case nil: "unknown"
    case .firing: "firing"
    case .resolving: "resolving"
    case .resolved: "resolved"
    case .expired: "expired"
    }
  }

  private static func brief(_ effect: DeskEffect) -> String {
    switch effect {
    case .record(let entries, let delivery):
      "record \(entries.map(brief).joined(separator: "+"))\(delivery == nil ? "" : " (awaited)")"
    case .raise(let evidence): "raise \(evidence.severity?.rawValue ?? "-")"
    case .release(_, _, let end): "release (\(end.rawValue))"
    case .answer(_, .accepted(let new, let known)): "202 \(new) new \(known) known"
    case .answer(_, let answer): "\(answer.status)"
    }
  }

  private static func brief(_ entry: SignalEntry) -> String {
    switch entry.change {
    case .began: "began"
    case .repeated: "repeated"
    case .resolved: "resolved"
    case .expired: "expired"
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text.padding(toLength: width, withPad: " ", startingAt: 0)
  }
}
