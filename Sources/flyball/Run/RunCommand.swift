internal import ArgumentParser
internal import ConfigurationYAML
internal import ControlAPI
internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import Logging
internal import LoopRuntime
internal import MeshModel
internal import ReferencesFile
internal import RuleScoring
internal import YAMLNodes

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the controller.",
    discussion: "SIGHUP reads policies, rules and feeds again; SIGTERM and SIGINT end it in order.")

  @Option(help: "The configuration file.")
  var config: String

  func run() async throws {
    // A file that may not grow is a failed write, which the history reports.
    signal(SIGXFSZ, SIG_IGN)
    let clock = LoopClock()
    LoggingSystem.bootstrap { label in
      JSONLogHandler(label: label, now: { clock.now().rfc3339 })
    }
    let file: ConfigurationFile
    let policies: [ResponsePolicy]
    let rules: LoadedRules?
    do {
      file = try ConfigCommand.checked(config, at: clock.now())
      policies = try PolicyFolder.load(file.configuration.policies)
      rules = try file.configuration.rules.map { try LoadedRules(folder: $0) }
    } catch {
      Terminal.error(Terminal.safeLines("\(error)"))
      throw ExitCode(2)
    }
    do {
      try await Daemon(file, policies: policies, rules: rules, clock: clock).run()
    } catch let error as HistoryError {
      Terminal.error(Terminal.safeLines("\(error)"))
      throw ExitCode(1)
    } catch let error as Diagnostics {
      Terminal.error(Terminal.safeLines("\(error)"))
      throw ExitCode(1)
    } catch let error as SocketInUse {
      Terminal.error(Terminal.safeLines("\(error)"))
      throw ExitCode(1)
    } catch let error as ReferenceFileError {
      Terminal.error(Terminal.safeLines("\(error)"))
      throw ExitCode(1)
    }
  }
}

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Inspect the configuration.", subcommands: [Print.self])

  /// The configuration, if Flyball can run with it on this machine; says what is doubtful about it.
  static func checked(
    _ path: String, at now: Timestamp
  ) throws(Diagnostics) -> ConfigurationFile {
    let file = try ConfigurationFile.load(path)
    let checks = file.checks(at: now)
    try checks.refuseMistakes()
    for doubt in checks.doubts { Terminal.error(Terminal.safe("warning: \(doubt)")) }
    return file
  }

  struct Print: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "print", abstract: "Check configuration, policies and rules; print the first.")

    @Option(help: "The configuration file.")
    var config: String

    @Flag(help: "Print with every default filled in.")
    var effective = false

    func run() throws {
      do {
        let configuration = try ConfigCommand.checked(config, at: LoopClock().now()).configuration
        _ = try PolicyFolder.load(configuration.policies)
        if let folder = configuration.rules { _ = try LoadedRules(folder: folder) }
        let text =
          try effective
          ? configuration.effectiveText : String(contentsOfFile: config, encoding: .utf8)
        print(text, terminator: "")
      } catch let error as Diagnostics {
        Terminal.error(Terminal.safeLines("\(error)"))
        throw ExitCode(2)
      }
    }
  }
}
