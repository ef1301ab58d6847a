internal import ArgumentParser
internal import ControlClient
internal import Foundation

/// Where the daemon's socket is.
struct SocketOption: ParsableArguments {
  @Option(help: "The daemon's socket (default: $FLYBALL_SOCKET, or /run/flyball/flyball.sock).")
  var socket: String?

  var client: ControlClient {
    ControlClient(
      socket: socket ?? ProcessInfo.processInfo.environment["FLYBALL_SOCKET"]
        ?? "/run/flyball/flyball.sock")
  }
}

/// A message for the terminal and the exit code that goes with it.
struct CommandFailure: Error {
  var message: String
  var exitCode: Int32
}

extension AsyncParsableCommand {
  /// Runs the body and turns its failure into a message and an exit code.
  func reporting(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let failure as ControlClient.Failure {
      Terminal.error("flyball: \(Terminal.safe(failure.description))")
      throw ExitCode(failure.exitCode)
    } catch let failure as CommandFailure {
      Terminal.error("flyball: \(Terminal.safe(failure.message))")
      throw ExitCode(failure.exitCode)
    }
  }
}

extension ControlClient.Failure {
  fileprivate var exitCode: Int32 {
    switch self {
    case .unreachable: 3
    case .refused: 4
    case .notUnderstood: 1
    }
  }
}
