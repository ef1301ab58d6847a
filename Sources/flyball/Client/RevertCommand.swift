internal import ArgumentParser
internal import ConfigurationYAML
internal import ControlViews
internal import ControlClient
internal import Foundation
internal import HistorySQLite
internal import MeshModel

struct RevertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revert", abstract: "Take an action back, and wait until baseline is proved.",
    discussion: """
      Where no daemon runs, --all --config FILE takes everything back by itself: for as long as --timeout \
      it stands where the daemon stood, and whoever attaches is told that nothing is enforced.
      """)

  @Argument(help: "The action's id.")
  var id: String?
  @Flag(help: "Take back every open action.")
  var all = false
  @Flag(help: "Do not ask.")
  var yes = false
  @Option(help: "Without a daemon: its configuration file.")
  var config: String?
  @Option(help: "Seconds to wait for the proof.")
  var timeout = 15
  @OptionGroup var socket: SocketOption

  func validate() throws {
    guard (id == nil) == all else { throw ValidationError("Name one action, or --all.") }
    guard config == nil || all else { throw ValidationError("--config goes with --all.") }
  }

  func run() async throws {
    try await reporting {
      guard try yes || Terminal.confirms("Take back \(all ? "every open action" : id ?? "")?")
      else {
        throw CommandFailure(message: "nothing done", exitCode: 4)
      }
      if let config {
        try await revertOffline(config)
        return
      }
      let open = try await socket.client.actions().filter {
        !$0.isClosed && (all || $0.id == id)
      }
      try await socket.client.order(all ? "/v1/revert-all" : "/v1/actions/\(id ?? "")/revert")
      try await wait(for: Set(open.map(\.id)))
    }
  }

  private func revertOffline(_ file: String) async throws {
    let configuration: Configuration
    do {
      configuration = try Configuration.load(file)
    } catch {
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
    let daemon = ControlClient(socket: configuration.socket)
    if (try? await daemon.status()) != nil {  // Nobody answering is what this is for.
      throw CommandFailure(
        message: "a daemon runs at \(configuration.socket): use --socket in place of --config",
        exitCode: 4)
    }
    do {
      try await OfflineRevert(configuration).run(seconds: timeout) { outcome in
        Foundation.exit(Self.report(outcome))
      }
    } catch {
      throw CommandFailure(message: "cannot stand in for the daemon: \(error)", exitCode: 1)
    }
  }

  /// The exit code.
  private static func report(_ outcome: OfflineRevert.Outcome) -> Int32 {
    for id in outcome.closed { Terminal.out("\(id) closed") }
    Terminal.out("\(outcome.atBaseline.count) proxies at baseline")
    if let problem = outcome.historyProblem {
      Terminal.error(
        "flyball: not written down: \(Terminal.safe(problem))\nA daemon that reads this history will"
          + " enforce again what it holds open, until its deadlines.")
    }
    if let reason = outcome.noted {
      Terminal.error(
        "flyball: noted beside the history only: \(Terminal.safe(reason))\nThe next daemon goes on with"
          + " the release and enforces nothing of it.")
    }
    let unconfirmed = outcome.unconfirmed.subtracting(outcome.gone.keys)
    if !unconfirmed.isEmpty {
      let missing = unconfirmed.map(\.description).sorted().joined(separator: ", ")
      Terminal.error(
        "flyball: not confirmed by \(missing): what they hold ends at its own deadline")
    }
    for (proxy, end) in outcome.gone.sorted(by: { $0.key < $1.key }) {
      Terminal.error(
        "flyball: \(proxy) was gone before the daemon ended; if it still runs, what it holds ends at"
          + " \(end.rfc3339)")
    }
    return outcome.unconfirmed.isEmpty && outcome.historyProblem == nil ? 0 : 5
  }

  private func wait(for ids: Set<String>) async throws {
    let deadline = ContinuousClock.now + .seconds(timeout)
    var waiting = ids
    while !waiting.isEmpty {
      let actions = try await socket.client.actions()
      for action in actions where waiting.contains(action.id) && action.isClosed {
        print("\(action.id) \(action.state)")
        waiting.remove(action.id)
      }
      guard ContinuousClock.now < deadline else { break }
      try await Task.sleep(for: .milliseconds(200))
    }
    guard waiting.isEmpty else {
      throw CommandFailure(
        message: "withdrawn, but not yet proved: \(waiting.sorted().joined(separator: ", "));"
          + " 'flyball describe action ID' says what is missing", exitCode: 5)
    }
  }
}

extension ActionView {
  var isClosed: Bool { ["released", "refused", "failed", "expired"].contains(state) }
}
