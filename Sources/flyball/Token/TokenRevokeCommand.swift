internal import Access
internal import ArgumentParser

struct TokenRevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take tokens away; sessions that began with them end as well.")

  @Option(help: "The configuration file.")
  var config: String
  @Argument(help: "The tokens' ids, as 'flyball token list' shows them.")
  var ids: [String]

  func run() async throws {
    try await reporting {
      try ConfiguredTokens(config: config).change { tokens in
        for id in ids {
          guard tokens.contains(where: { $0.id == id }) else {
            throw CommandFailure(message: "no token '\(Terminal.safe(id))'", exitCode: 4)
          }
          tokens.removeAll { $0.id == id }
        }
      }
    }
  }
}
