internal import ArgumentParser
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Replay
internal import Telemetry

struct BacktestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest", abstract: "Judge policies by a recording.",
    discussion: """
      Lists when each policy would have answered, to whom, and how much traffic it would have stopped. \
      With --labels it says how well the answers match known incidents, and exits 1 unless all were \
      found and nobody else was named.
      """)

  @Option(help: "A recording of 'flyball record'.")
  var from: String
  @OptionGroup var policies: PolicyOptions
  @Option(help: "Known incidents: a CSV file with the columns subject, start, end (RFC 3339).")
  var labels: String?
  @Option(name: [.short, .long], help: "table or json.")
  var output: OutputForm = .table

  func run() async throws {
    try await reporting {
      var replay = try policies.replay()
      let labels = try labels.map { try LabelFile.read($0) }
      var backtest = Backtest()
      let flaw = try await Recording(path: from).play("backtesting") { frame in
        for event in try replay.take(frame) { backtest.note(event) }
      }
      let report = BacktestReport(backtest, replay, labels)
      print(output == .json ? OutputJSON.text(report) : report.text)
      if let flaw { throw CommandFailure(message: flaw, exitCode: 1) }
      if let match = report.labels, !match.isPerfect { throw ExitCode(1) }
    }
  }
}

/// What a backtest found, as it is printed. Times are RFC 3339 in UTC.
struct BacktestReport: Codable {
  struct Fire: Codable {
    var at: String
    var microseconds: Int64
    var policy: String
    var subject: String
    var answer: String
    var detector: String
    var score: Double
    /// Requests it would have stopped; both sides of a request may report it.
    var stopped: Int
    var reason: String
  }

  struct Labels: Codable {
    var incidents: Int
    var found: Int
    var precision: Double?
    var recall: Double?
    /// From an incident's start to its first answer, in the middle and at most.
    var medianDelaySeconds: Double?
    var maximumDelaySeconds: Double?

    var isPerfect: Bool { found == incidents && (precision ?? 1) == 1 }
  }

  var schemaVersion = 1
  var from: String?
  var until: String?
  var entries: UInt64
  var scored: UInt64
  var fires: [Fire]
  /// Of all scored entries, those that would have been stopped.
  var stoppedShare: Double
  var labels: Labels?

  init(_ backtest: Backtest, _ replay: Replay, _ labels: [IncidentLabel]?) {
    from = replay.span?.lowerBound.rfc3339
    until = replay.span?.upperBound.rfc3339
    entries = replay.ledger.received
    scored = replay.ledger.scored
    fires = backtest.fires.map { fire in
      Fire(
        at: fire.at.rfc3339, microseconds: fire.at.microseconds, policy: fire.policy,
        subject: fire.subject.description, answer: fire.answer.name,
        detector: fire.detector.rawValue, score: fire.score,
        stopped: replay.stopped[fire.action] ?? 0, reason: fire.reason)
    }
    stoppedShare = Double(fires.map(\.stopped).reduce(0, +)) / Double(max(1, scored))
    self.labels = labels.map { labels in
      let match = LabelMatch(backtest.fires, labels)
      let delays = match.delaysMilliseconds.map { $0 / 1000 }
      return Labels(
        incidents: match.incidents, found: match.found, precision: match.precision,
        recall: match.recall,
        medianDelaySeconds: delays.isEmpty ? nil : delays[delays.count / 2],
        maximumDelaySeconds: delays.last)
    }
  }

  var text: String {
    var lines: [String] = []
    if fires.isEmpty {
      lines.append("No policy would have answered.")
    } else {
      lines.append(
        Terminal.table(
          ["TIME", "ANSWER", "SUBJECT", "DETECTOR", "SCORE", "STOPPED", "POLICY"],
          fires.map { fire in
            [
              fire.at, fire.answer, fire.subject, fire.detector,
              String((fire.score * 1e4).rounded(.down) / 1e4), "\(fire.stopped)", fire.policy,
            ]
          }))
    }
    lines.append(
      "\(scored) of \(entries) entries scored, \(from ?? "-") to \(until ?? "-");"
        + " \(Self.percent(stoppedShare)) would have been stopped")
    if let labels {
      lines.append(
        "\(labels.found) of \(labels.incidents) known incidents found"
          + (labels.medianDelaySeconds.map { ", after \($0) s in the middle" } ?? "")
          + (labels.precision.map { "; \(Self.percent($0)) of the answers name one" } ?? ""))
    }
    return lines.joined(separator: "\n")
  }

  private static func percent(_ share: Double) -> String {
    "\((share * 10_000).rounded() / 100) %"
  }
}
