internal import ArgumentParser
internal import ConfigurationYAML
internal import Foundation
internal import MeshModel
internal import RuleScoring
internal import Sigma
internal import Telemetry
internal import YAMLNodes

struct RulesTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run the cases beside rules.",
    discussion: """
      NAME.cases.yaml holds cases: events in, matches out. All rules of the folder run on each, and \
      exactly those it names must match. Exits 1 when a case fails, 2 for a bad file.
      """)

  @Argument(help: "A folder of rules with their cases.")
  var path: String
  @Flag(help: "Fail too when a rule is never matched, or a file has no case that stays silent.")
  var coverage = false

  func run() throws {
    let (rules, files) = try RulesCommand.reporting {
      (try LoadedRules(folder: path), try Self.files(path))
    }
    var failures: [String] = []
    var matched: Set<String> = []
    var silent: Set<String> = []
    let count = files.reduce(0) { $0 + $1.cases.count }
    for (file, cases) in files {
      for test in cases {
        let found: [String]
        do {
          found = try test.run(rules).map { rules.name(of: $0) }
        } catch {
          failures.append("\(file):\(test.line): '\(test.name)': \(error.text)")
          continue
        }
        matched.formUnion(found)
        if test.matches.isEmpty { silent.insert(Self.rules(of: file)) }
        if found != test.matches {
          failures.append(
            "\(file):\(test.line): '\(test.name)' matched \(Self.list(found)), not"
              + " \(Self.list(test.matches))")
        }
      }
    }
    for failure in failures { Terminal.out(Terminal.safe(failure)) }
    let gaps = gaps(rules, matched, silent)
    for gap in gaps { Terminal.out(Terminal.safe(gap)) }
    print(
      "\(count - failures.count) of \(count) cases pass; \(gaps.count) gaps in what they cover")
    if !failures.isEmpty || coverage && !gaps.isEmpty { throw ExitCode(1) }
  }

  private typealias CaseFile = (name: String, cases: [RuleCase])

  private static func files(_ path: String) throws(Diagnostics) -> [CaseFile] {
    var files: [CaseFile] = []
    for file in try RuleFolder.cases(path) {
      files.append((file.name, try RuleCase.parse(file.text, file: file.name)))
    }
    return files
  }

  private func gaps(
    _ rules: LoadedRules, _ matched: Set<String>, _ silent: Set<String>
  ) -> [String] {
    var gaps: [String] = []
    for file in Set((0..<rules.count).map { rules.place(of: $0).file }).sorted() {
      if !silent.contains(file) { gaps.append("\(file): no case that must stay silent") }
      for name in rules.names(in: file) where !matched.contains(name) {
        gaps.append("\(file): no case matches '\(name)'")
      }
    }
    return gaps
  }

  private static func rules(of cases: String) -> String {
    cases.replacing(RuleFolder.casesSuffix, with: ".yml")
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "nothing" : names.joined(separator: ", ")
  }
}

extension RuleCaseError {
  fileprivate var text: String {
    switch self {
    case .refused(let event, let round, let reason):
      "event \(event) of round \(round) would be rejected: \(reason.rawValue)"
    case .matcher(let reason): reason
    }
  }
}
