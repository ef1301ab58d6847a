internal import Access
internal import ArgumentParser
internal import ConfigurationYAML
internal import LockFile
internal import YAMLNodes

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make, list and revoke tokens for the operators' interface.",
    discussion: "A running daemon takes up the changed file within two seconds.",
    subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

/// The token file of a configuration, and whom its tokens can be of.
struct ConfiguredTokens {
  let path: String
  let operators: [OperatorEntry]

  init(config: String) throws {
    let api: APISettings?
    do {
      api = try Configuration.load(config).api
    } catch {
      throw Self.reported(error)
    }
    guard let api, let tokens = api.tokens else {
      throw CommandFailure(
        message: "\(config) has no api.tokens, the file that tokens are kept in", exitCode: 2)
    }
    path = tokens
    operators = api.operators
  }

  func load() throws -> [TokenRecord] {
    do {
      return try TokenFile.load(path)
    } catch {
      throw Self.reported(error)
    }
  }

  /// Changes the file as a whole, one command at a time.
  func change(_ body: (inout [TokenRecord]) throws -> Void) throws {
    let lock: LockFile
    do {
      lock = try LockFile(for: path)
    } catch {
      switch error {
      case .held:
        throw CommandFailure(message: "another command is changing \(path)", exitCode: 1)
      case .cannotOpen(let reason): throw CommandFailure(message: reason, exitCode: 1)
      }
    }
    defer { withExtendedLifetime(lock) {} }
    var tokens = try load()
    try body(&tokens)
    do {
      try TokenFile.replace(path, with: tokens)
    } catch {
      throw CommandFailure(message: error.description, exitCode: 1)
    }
  }

  /// Each mistake on a line of its own.
  private static func reported(_ mistakes: Diagnostics) -> ExitCode {
    Terminal.error(Terminal.safeLines(mistakes.description))
    return ExitCode(2)
  }
}
