internal import Access
internal import ArgumentParser
internal import LoopRuntime
internal import MeshModel

struct TokenCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a token and print it; it is shown this once and kept nowhere.")

  @Option(help: "The configuration file.")
  var config: String
  @Option(name: .customLong("operator"), help: "Whose token it is, one of api.operators.")
  var name: String
  @Option(
    help:
      "What it is good for, such as viewer:all or operator:shop,bank (default: all its operator may)."
  )
  var grant: [GrantOption] = []
  @Option(help: "How long it lives, such as 12h or 90d; at most 400d.")
  var expires = TokenLife.standard

  func run() async throws {
    try await reporting {
      let configured = try ConfiguredTokens(config: config)
      guard let entry = configured.operators.first(where: { $0.name == name }) else {
        throw CommandFailure(
          message: "api.operators has no '\(Terminal.safe(name))'; it has "
            + configured.operators.map(\.name).joined(separator: ", "), exitCode: 2)
      }
      let random = (0..<AccessToken.randomBytes).map { _ in UInt8.random(in: .min ... .max) }
      guard let token = AccessToken(random: random) else { return }  // There are as many as needed.
      let end = LoopClock().now().adding(milliseconds: expires.seconds * 1_000)
      let record = TokenRecord(
        id: token.id, operator: name, digest: token.digest,
        grants: grant.isEmpty ? entry.grants : grant.map(\.grant), expires: end)
      try configured.change { tokens in
        guard tokens.count < AccessBounds.tokens else {
          throw CommandFailure(
            message: "there are \(tokens.count) tokens already; revoke those that have expired",
            exitCode: 4)
        }
        tokens.append(record)
      }
      Terminal.error("token \(token.id) of \(name), until \(end.rfc3339); it is not shown again:")
      Terminal.out(token.text)
    }
  }
}

/// A grant on the command line: `operator:shop,bank`, or `viewer:all`.
struct GrantOption: ExpressibleByArgument, Sendable {
  let grant: Grant

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let role = Role(rawValue: String(parts[0])) else { return nil }
    guard parts[1] != "all" else {
      grant = Grant(role, in: .all)
      return
    }
    let names = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.allSatisfy(Namespaces.isName), names.count <= AccessBounds.namespaces else {
      return nil
    }
    grant = Grant(role, in: .named(Set(names)))
  }
}

/// How long a token lives: hours or days.
struct TokenLife: ExpressibleByArgument, Sendable, CustomStringConvertible {
  let seconds: Int64
  let description: String

  /// A quarter of a year: long enough for a rota, short enough to notice that nobody renews it.
  static let standard = TokenLife(seconds: 90 * 86_400, description: "90d")

  private init(seconds: Int64, description: String) {
    self.seconds = seconds
    self.description = description
  }

  init?(argument: String) {
    let units: [Character: Int64] = ["h": 3_600, "d": 86_400]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()),
      count > 0, count <= AccessBounds.tokenSeconds / unit
    else { return nil }
    self.init(seconds: count * unit, description: argument)
  }

  var defaultValueDescription: String { description }
}
