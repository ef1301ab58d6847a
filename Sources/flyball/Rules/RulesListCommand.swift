internal import ArgumentParser
internal import ControlAPI
internal import ControlViews
internal import ControlClient
internal import RuleScoring

struct RulesListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List rules: of a folder, or those the daemon runs.")

  @Argument(help: "A folder of rules, or one file (default: what the daemon runs).")
  var path: String?
  @Option(name: [.short, .long], help: "table or json.")
  var output: OutputForm = .table
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      let list: RuleList
      if let path {
        list = RuleList(try RulesCommand.reporting { try LoadedRules(folder: path) })
      } else {
        list = RuleList(rules: try await socket.client.rules(), next: nil)
      }
      switch output {
      case .json: print(OutputJSON.text(list))
      case .table: print(Self.table(list.rules, isLive: path == nil))
      }
    }
  }

  private static func table(_ rules: [RuleView], isLive: Bool) -> String {
    guard !rules.isEmpty else { return "No rules are loaded." }
    let counts = isLive ? ["MATCHES", "LAST"] : []
    return Terminal.table(
      ["NAME", "KIND", "LEVEL"] + counts + ["AUTHOR", "TITLE"],
      rules.map { rule in
        let live =
          isLive
          ? ["\(rule.matches ?? 0)", rule.lastMatch.map { String($0.prefix(19)) + "Z" } ?? "-"] : []
        return [rule.name, rule.kind, rule.hidden ? "(counted)" : rule.level ?? "-"] + live
          + [rule.author ?? "-", rule.title]
      })
  }
}
