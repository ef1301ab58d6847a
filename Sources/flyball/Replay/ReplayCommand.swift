internal import ArgumentParser
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Replay
internal import Telemetry

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Play a recording and tell what Flyball would have done.",
    discussion: """
      Runs the reader, the scorer and the decision core of live traffic, in the time of the recording, \
      against a mesh that does at once what it is told. Nothing is sent anywhere. The same recording \
      and policies always print the same.
      """)

  @Argument(help: "A recording of 'flyball record'.")
  var file: String
  @OptionGroup var policies: PolicyOptions
  @Option(help: "Play N times as fast as it was recorded (default: as fast as it goes).")
  var speed: Double?
  @Option(name: [.short, .long], help: "table or json: one object a line.")
  var output: OutputForm = .table

  func validate() throws {
    if let speed, !(speed > 0 && speed.isFinite) {
      throw ValidationError("--speed must be above 0.")
    }
  }

  func run() async throws {
    try await reporting {
      var replay = try policies.replay()
      var pace = speed.map { Pace(speed: $0) }
      // What it prints shows how far it is.
      let title = Terminal.outputIsInteractive ? nil : "replaying"
      let flaw = try await Recording(path: file).play(title) { frame in
        if let instant = frame.instant { try await pace?.wait(for: instant) }
        for event in try replay.take(frame) where shows(event) { print(event) }
      }
      Terminal.error(Self.summary(replay))
      if let flaw { throw CommandFailure(message: flaw, exitCode: 1) }
    }
  }

  /// People need no repetition of what already has an answer.
  private func shows(_ event: Replay.Event) -> Bool {
    switch (output, event) {
    case (.json, _), (_, .recorded), (_, .escalated), (_, .gap): true
    case (.table, .detected): false
    }
  }

  private func print(_ event: Replay.Event) {
    switch output {
    case .table: Terminal.out(Terminal.safe(event.line))
    case .json: Terminal.out(event.json)
    }
  }

  private static func summary(_ replay: Replay) -> String {
    let seconds =
      replay.span.map { $0.upperBound.milliseconds(since: $0.lowerBound) / 1000 } ?? 0
    let rejected = replay.ledger.rejected.values.reduce(0, +)
    return "\(replay.ledger.received) entries of \(Int(seconds)) s: \(replay.ledger.scored) scored,"
      + " \(rejected) rejected; \(replay.stopped.values.reduce(0, +)) would have been stopped"
  }
}

/// Holds a replay back to so many times the speed of the recording.
private struct Pace {
  let speed: Double
  private var first: (recorded: Timestamp, here: ContinuousClock.Instant)?

  init(speed: Double) {
    self.speed = speed
  }

  mutating func wait(for instant: Timestamp) async throws {
    let start = first ?? (instant, .now)
    first = start
    let passed = instant.milliseconds(since: start.recorded) / speed
    try await Task.sleep(until: start.here + .milliseconds(passed))
  }
}

extension RecordingFrame {
  fileprivate var instant: Timestamp? {
    switch self {
    case .message(_, _, let at), .time(let at): at
    case .mesh, .source, .gap: nil
    }
  }
}

extension Replay.Event {
  var line: String {
    switch self {
    case .detected(let found, let at):
      "\(at.rfc3339)  detected  \(found.subject)  \(found.detector.rawValue)"
        + " score \(Self.rounded(found.score)), \(found.failures) of \(found.total) at"
        + " \(found.destinations.map(\.description).joined(separator: ", "))"
    case .recorded(let entry):
      "\(entry.at.rfc3339)  \(entry.event)  "
        + (entry.action.map { "\($0.id) \($0.subject)  " } ?? "") + entry.detail
    case .escalated(let action, let reason, let at):
      "\(at.rfc3339)  escalated  \(action.map { "\($0)  " } ?? "")\(reason)"
    case .gap(let messages, let at):
      "\(at.rfc3339)  gap  \(messages) messages are missing in the recording"
    }
  }

  var json: String {
    var object: [String: String]
    switch self {
    case .detected(let found, let at):
      object = [
        "event": "detected", "at": at.rfc3339, "subject": found.subject.description,
        "detector": found.detector.rawValue, "score": "\(found.score)",
      ]
    case .recorded(let entry):
      object = ["event": entry.event, "at": entry.at.rfc3339, "detail": entry.detail]
      object["action"] = entry.action?.id.description
      object["subject"] = entry.action?.subject.description
      object["policy"] = entry.action?.policy
    case .escalated(let action, let reason, let at):
      object = ["event": "escalated", "at": at.rfc3339, "detail": reason]
      object["action"] = action?.description
    case .gap(let messages, let at):
      object = ["event": "gap", "at": at.rfc3339, "detail": "\(messages) messages are missing"]
    }
    return OutputJSON.text(object)
  }

  private static func rounded(_ score: Double) -> String {
    String((score * 1e6).rounded(.down) / 1e6)
  }
}
