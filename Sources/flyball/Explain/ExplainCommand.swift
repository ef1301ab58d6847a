internal import ArgumentParser
internal import ConfigurationYAML

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell what a key of a policy, of the configuration, or of a list means.",
    discussion: """
      policy and configuration are the files that you write; actions, alerts and so on what 'flyball \
      get -o json' prints of each. The end of a path is enough where only one ends so.

        flyball explain policy
        flyball explain policy.spec.steps.approval
        flyball explain configuration.maxTTL
        flyball explain actions.proxies
      """)

  @Argument(help: "What to explain: a kind, and a path of keys by dots.")
  var what: String

  func run() throws {
    let parts = what.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let guide = Self.guide(parts.first.map(String.init) ?? "") else {
      // Who leaves out the kind mostly means the configuration.
      let guess =
        if case .field = Guide(FileKind.configuration).find(what) {
          "did you mean configuration.\(what)?"
        } else {
          "there are \(Self.kinds.joined(separator: ", "))"
        }
      throw Self.failure("there is no '\(parts.first ?? "")'; \(guess)")
    }
    guard parts.count == 2 else {
      Terminal.out(ExplainText.of(guide))
      return
    }
    switch guide.find(String(parts[1])) {
    case .field(let field): Terminal.out(ExplainText.of(field, in: guide))
    case .several(let paths):
      let all = paths.map { "  \(guide.name).\($0)" }.joined(separator: "\n")
      throw Self.failure("several keys end so:\n" + all)
    case .nothing:
      throw Self.failure(
        "\(guide.name) has no key '\(parts[1])': 'flyball explain \(guide.name)' lists those it has"
      )
    }
  }

  static var kinds: [String] {
    FileKind.allCases.map(\.rawValue) + GetCommand.Kind.allCases.map(\.rawValue)
  }

  static func guide(_ kind: String) -> Guide? {
    FileKind(rawValue: kind).map { Guide($0) }
      ?? GetCommand.Kind(rawValue: kind).flatMap { Guide($0) }
  }

  private static func failure(_ message: String) -> ExitCode {
    Terminal.error(Terminal.safeLines("flyball: \(message)"))
    return ExitCode(2)
  }
}
