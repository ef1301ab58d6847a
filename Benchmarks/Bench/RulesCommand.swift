internal import ArgumentParser
internal import Foundation
internal import MatchingVectorscan
internal import MeshModel
internal import Sigma

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Match requests with Sigma rules: all at once, or one after the other.",
    discussion: "Both lay the request's texts out first, which is counted.")

  @Option(help: "Rules, generated from a seed.")
  var rules = 1_000

  @Option(help: "A folder with rules, in place of generated ones.")
  var from: String?

  @Option(help: "Which of them: webserver or proxy.")
  var source = "webserver"

  @Option(help: "matcher: all rules at once; loop: each rule by itself.")
  var way = Way.matcher

  @Option(help: "Distinct benign requests.")
  var requests = 2_000

  @Option(help: "In place of benign requests one whose path repeats something.")
  var hostile: Hostile?

  @Option(help: "Bytes of the hostile path.")
  var bytes = 65_536

  @Option(help: "Rounds over the requests.")
  var rounds = 20

  enum Way: String, ExpressibleByArgument {
    case matcher
    case loop
  }

  /// What makes matchers that go back, or scans that look at each place anew, slow.
  enum Hostile: String, ExpressibleByArgument, CaseIterable {
    case oneLetter = "one-letter"
    case traversal
    case percent
    case literal
    case almostLiteral = "almost-literal"
    case everyLiteral = "every-literal"
    case almostExpression = "almost-expression"
  }

  func run() throws {
    guard let source = LogSource(rawValue: source) else {
      throw ValidationError("no log source is called '\(source)'")
    }
    let files = try hostileRules() + loadFiles()
    let idle = peakResidentBytes()
    let begin = processorSeconds()
    let set = try RuleSet.compile(files)
    let parsed = processorSeconds()
    let index = try RuleIndex(set, source, with: VectorscanCompiler())
    let matcher = try RuleMatcher(index)
    let made = processorSeconds()
    let memory = peakResidentBytes() - idle
    let requests = hostile.map { repeated($0, files) } ?? MeshRequests(count: requests, seed: 1)
    let own = set.numbers(for: source).map { set.rules[$0] }
    var texts = RequestTexts()
    let message = requests.bytes.span.bytes
    var matches = 0
    var unpointed = 0
    for fields in requests.fields {
      texts.load(message, fields)
      unpointed += index.unpointedCount(texts)
    }
    let before = processorSeconds()
    for _ in 0..<rounds {
      for fields in requests.fields {
        guard !index.isEmpty else { continue }
        texts.load(message, fields)
        switch way {
        case .matcher: matcher.match(texts) { _ in matches += 1 }
        case .loop: for rule in own where matcher.evaluate(rule, texts) { matches += 1 }
        }
      }
    }
    let seconds = processorSeconds() - before
    let count = rounds * requests.fields.count
    print(
      """
      {"rules": \(own.count), "patterns": \(index.patternCount), "unpointed": \
      \(Double(unpointed) / Double(requests.fields.count)), \
      "matches": \(Double(matches) / Double(count)), "parseSeconds": \(parsed - begin), \
      "indexSeconds": \(made - parsed), "bytes": \(memory), \
      "nanosecondsPerRequest": \(seconds * 1e9 / Double(count))}
      """)
  }

  private func loadFiles() throws -> [RuleFile] {
    guard let from else {
      var generated = GeneratedRules(seed: 1)
      return generated.files(rules)
    }
    let folder = URL(filePath: from)
    return try FileManager.default
      .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "yml" && !$0.lastPathComponent.contains(".cases.") }
      .sorted { $0.path < $1.path }
      .map {
        RuleFile(name: $0.lastPathComponent, text: try String(contentsOf: $0, encoding: .utf8))
      }
  }

  /// Rules that ask much of whoever matches hostile paths.
  private func hostileRules() -> [RuleFile] {
    guard hostile != nil else { return [] }
    return [
      "cs-uri|re: '(a+)+$'", "cs-uri|re: '^/(([a-z])+.)+[A-Z]([a-z])+$'",
      "cs-uri|re: '(x+x+)+y'", "cs-uri|re: '.*a.*a.*a.*b'", "cs-uri|re: '(a|aa)*c{20,90}d'",
      "cs-uri|contains: '\(String(repeating: "a", count: 40))b'", "cs-uri: '*a*aaaa*aab*'",
      "cs-uri|contains: 'aaa'", "cs-uri|contains: '../../..'", "cs-uri|contains: '%2e%2e%2f'",
    ].enumerated().map { number, test in
      RuleFile(
        name: "hostile/\(number).yml",
        text: """
          title: Hostile \(number)
          logsource: {category: webserver}
          detection:
            selection:
              \(test)
            condition: selection
          """)
    }
  }

  private func repeated(_ hostile: Hostile, _ files: [RuleFile]) -> MeshRequests {
    // Every other piece stands between two apostrophes.
    let literals = files.flatMap { file in
      file.text.split(separator: "'" as Character, omittingEmptySubsequences: false).enumerated()
        .filter { !$0.offset.isMultiple(of: 2) && !$0.element.contains("\\") }
        .map { String($0.element) }
    }
    let unit =
      switch hostile {
      case .oneLetter: "a"
      case .traversal: "../"
      case .percent: "%2e"
      case .literal: literals[literals.count / 2]
      case .almostLiteral: String(literals[literals.count / 2].dropLast())
      case .everyLiteral: literals.joined()
      case .almostExpression: String(repeating: "xxxxxxxx.zip?a=1.", count: 4) + "X"
      }
    return MeshRequests(repeating: unit, bytes: bytes)
  }
}
