internal import ArgumentParser
internal import ConfigurationYAML
internal import Foundation
internal import MatchingVectorscan
internal import MeshModel
internal import RuleScoring
internal import Sigma

struct RulesExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what each rule makes of one request.",
    discussion: "Shows what holds in the rules that match; with --all every part of every rule.")

  @Argument(help: "A folder of rules, or one file.")
  var path: String
  @Option(help: "Method, path and status: 'GET /a?b=c 200'.")
  var request: String
  @Option(help: "The host that was asked for.")
  var host: String?
  @Option var userAgent: String?
  @Option var referer: String?
  @Option(help: "The address of the client.")
  var clientAddress: String?
  @Flag(help: "The request as its sender's proxy tells it (rules for 'proxy').")
  var outbound = false
  @Flag(help: "Show every rule, and what does not hold.")
  var all = false

  func validate() throws { _ = try event() }

  func run() throws {
    let event = try event()
    let loaded = try RulesCommand.reporting { try LoadedRules(folder: path) }
    let compiler = try RulesCommand.reporting { try VectorscanCompiler.make(for: path) }
    let explanation = try RuleExplanation(event, loaded, with: compiler)
    let shown = explanation.rules.filter { rule in
      all || rule.matches
    }
    for rule in shown { Terminal.out(Terminal.safeLines(text(rule, loaded))) }
    let count = explanation.rules.count { $0.matches }
    print("\(count) of \(explanation.rules.count) rules match")
  }

  private func text(_ rule: RuleExplanation.Rule, _ loaded: LoadedRules) -> String {
    let about = loaded.describe(rule.number, matched: "")
    let place = loaded.place(of: rule.number)
    let head =
      "\(rule.matches ? "MATCHES " : "no match") \(loaded.name(of: rule.number)): \(about.title)"
      + "  (\(place.file):\(place.line))"
      + (loaded.correlations.hiddenRules.contains(rule.number) ? ", counted by correlations" : "")
    return
      ([head]
      + rule.items.filter { all || $0.holds }.map {
        "  \($0.holds ? "yes" : "no ")  line \($0.place.line): \($0.text)"
      })
      .joined(separator: "\n")
  }

  private func event() throws -> RuleCase.Event {
    var words = request.split(separator: " ").map(String.init)
    var status: UInt16 = 0
    if words.count > 2, let number = UInt16(words.last ?? "") {
      status = number
      words.removeLast()
    }
    guard words.count == 2,
      let method = RequestMethod.allCases.first(where: { $0.text == words[0] })
    else {
      throw ValidationError("--request must be a method, a path and a status: 'GET /a?b=c 200'.")
    }
    if let clientAddress, IPPrefix(client: clientAddress) == nil {
      throw ValidationError("--client-address must be an IP address.")
    }
    var texts: [RuleCase.Text: String] = [.path: words[1]]
    texts[.host] = host
    texts[.userAgent] = userAgent
    texts[.referer] = referer
    texts[.clientAddress] = clientAddress
    return RuleCase.Event(method: method, status: status, isOutbound: outbound, texts: texts)
  }
}
