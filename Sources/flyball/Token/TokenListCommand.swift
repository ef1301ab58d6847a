internal import Access
internal import ArgumentParser
internal import LoopRuntime
internal import MeshModel

struct TokenListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens: whose they are, what for, and until when.")

  @Option(help: "The configuration file.")
  var config: String
  @Option(name: [.short, .long], help: "table or json.")
  var output: OutputForm = .table

  func run() async throws {
    try await reporting {
      let tokens = try ConfiguredTokens(config: config).load()
      let now = LoopClock().now()
      let views = tokens.map { TokenView($0, at: now) }
      switch output {
      case .json: print(OutputJSON.text(TokenList(schemaVersion: 1, tokens: views)))
      case .table:
        print(
          Terminal.table(
            ["TOKEN", "OPERATOR", "GRANTS", "EXPIRES"],
            views.map { view in
              [
                view.id, view.operator, view.grants.joined(separator: " "),
                view.expires + (view.expired ? " (expired)" : ""),
              ]
            }))
      }
    }
  }
}

private struct TokenList: Encodable {
  var schemaVersion: Int
  var tokens: [TokenView]
}

private struct TokenView: Encodable {
  var id: String
  var `operator`: String
  /// As `token create --grant` takes them.
  var grants: [String]
  var expires: String
  var expired: Bool

  init(_ token: TokenRecord, at now: Timestamp) {
    id = token.id
    self.operator = token.operator
    grants = token.grants.map { grant in
      switch grant.namespaces {
      case .all: "\(grant.role.rawValue):all"
      case .named(let names): "\(grant.role.rawValue):" + names.sorted().joined(separator: ",")
      }
    }
    expires = token.expires.rfc3339
    expired = now >= token.expires
  }
}
