internal import ArgumentParser
internal import Doctor

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check configuration, policies, history, clock and proxies; change nothing.",
    discussion: """
      Asks the running daemon, if there is one, through its socket. Exits 0 when nothing failed, 1 \
      when something did.
      """)

  @Option(help: "The configuration file.")
  var config: String
  @Option(help: "The daemon's socket (default: the configuration's).")
  var socket: String?
  @Option(name: [.short, .long], help: "table or json.")
  var output: OutputForm = .table

  func run() async throws {
    let diagnosis = await Examination(config: config, socket: socket).diagnosis()
    switch output {
    case .json: print(OutputJSON.text(diagnosis))
    case .table:
      print(
        diagnosis.safe.text(width: Self.columns) { level, text in
          Terminal.usesColor ? "\u{1B}[\(level.color)m\(text)\u{1B}[0m" : text
        })
    }
    if diagnosis.hasFailed { throw ExitCode(1) }
  }

  private static let columns = 100
}

extension Diagnosis {
  /// Proxies choose their own names and reasons.
  fileprivate var safe: Diagnosis {
    Diagnosis(
      findings.map { finding in
        Finding(
          level: finding.level, what: Terminal.safe(finding.what),
          detail: Terminal.safe(finding.detail), fix: finding.fix.map(Terminal.safe))
      })
  }
}

extension Finding.Level {
  fileprivate var color: Int {
    switch self {
    case .ok: 32
    case .warn: 33
    case .fail: 31
    }
  }
}
