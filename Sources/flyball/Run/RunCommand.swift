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

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the controller.",
    discussion: "SIGHUP reads the policies again; SIGTERM and SIGINT end it in order.")

  @Option(help: "The configuration file.")
  var config: String

  func run() async throws {
    let clock = LoopClock()
    LoggingSystem.bootstrap { label in
      JSONLogHandler(label: label, now: { clock.now().rfc3339 })
    }
    let configuration: Configuration
    let policies: [ResponsePolicy]
    do {
      let file = try ConfigurationFile.load(config)
      let checks = file.checks(at: clock.now()) + file.portChecks(own: [])
      try checks.refuseMistakes()
      for doubt in checks.doubts { Terminal.error("warning: \(doubt)") }
      configuration = file.configuration
      policies = try PolicyFolder.load(configuration.policies)
    } catch {
      Terminal.error("\(error)")
      throw ExitCode(2)
    }
    do {
      try await Daemon(configuration, policies: policies, clock: clock).run()
    } catch let error as HistoryError {
      Terminal.error("\(error)")
      throw ExitCode(1)
    } catch let error as SocketInUse {
      Terminal.error("\(error)")
      throw ExitCode(1)
    } catch let error as ReferenceFileError {
      Terminal.error("\(error)")
      throw ExitCode(1)
    }
  }
}

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Inspect the configuration.", subcommands: [Print.self])

  struct Print: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "print", abstract: "Check the configuration and policies; print the former.")

    @Option(help: "The configuration file.")
    var config: String

    @Flag(help: "Print with every default filled in.")
    var effective = false

    func run() throws {
      do {
        let file = try ConfigurationFile.load(config)
        let configuration = file.configuration
        let checks = file.checks(at: LoopClock().now())
        try checks.refuseMistakes()
        for doubt in checks.doubts { Terminal.error("warning: \(doubt)") }
        _ = try PolicyFolder.load(configuration.policies)
        let text =
          try effective
          ? configuration.effectiveText : String(contentsOfFile: config, encoding: .utf8)
        print(text, terminator: "")
      } catch let error as Diagnostics {
        Terminal.error("\(error)")
        throw ExitCode(2)
      }
    }
  }
}
