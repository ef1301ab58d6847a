import Foundation
import MeshModel
import Sigma
import Testing

/// Compared with pySigma and SQLite, rule by rule and request by request; direct evaluation with
/// Foundation's expressions, and the matcher with Vectorscan's.
///
/// Where those two do not follow the specification, or Flyball means to differ, the generator or
/// the script avoids it:
///
/// | avoided | why |
/// |---|---|
/// | `neq` on c-uri, cs-host, r-dns | pySigma negates a value on each of two columns and joins them by `or`; both must refuse it |
/// | `cidr` on what only begins like an address | pySigma makes patterns of it: `10.1.2.3x` fits `10.*` |
/// | `wide`, `utf16`, `utf16be` of texts beyond ASCII | pySigma refuses them |
/// | `''` of an absent field | SQLite: NULL equals nothing. A log does not tell empty from absent; the script asks for NULL |
/// | numbers with `startswith` and the like | pySigma refuses them; Flyball takes their text |
@Suite(
  "Beside pySigma and SQLite",
  .enabled(if: Oracle.isInstalled, "skipped: no pySigma in .venv (dev/setup installs it)"))
struct OracleTests {
  @Test("generated rules match the same requests, of every field and every modifier, in both ways")
  func generated() throws {
    var coverage = Coverage()
    for seed in UInt64(1)...5 {
      var random = SeededRandom(seed: seed)
      let rules = (0..<150).map { _ in GeneratedRule(&random) }
      let requests = rules.enumerated().flatMap { number, rule in
        rule.requests.map { (group: number + 1, request: $0) }
      }
      let files = rules.enumerated().map {
        RuleFile(name: "seed \(seed), rule \($0.offset)", text: $0.element.text)
      }
      let share = try compare(files, requests)
      #expect(share.pairs > 0.2 && share.pairs < 0.8, "seed \(seed): \(share)")
      for (number, file) in files.enumerated() {
        let rule = try RuleSet.compile([file]).rules[0]
        for request in rules[number].requests { coverage.count(rule, file.text, request) }
      }
    }
    #expect(coverage.gaps == [])
    let fields = GeneratedTest.textFields + GeneratedTest.numberFields + GeneratedTest.addressFields
    let modifiers = GeneratedTest.textModifiers + GeneratedTest.encodings
    let missing = Set(fields.map { "field \($0)" } + modifiers.map { "modifiers \($0)" })
      .subtracting(coverage.names)
    #expect(missing == [])
  }

  @Test(
    "public rules match the same requests: recorded ones, and ones made of their own literals",
    .enabled(if: PublicData.folder != nil, "skipped: no evaluation data (FLYBALL_DATA)"))
  func published() throws {
    let files = try PublicData.ruleFiles()
    var requests = try PublicData.requests().map { (group: 0, request: $0) }
    var random = SeededRandom(seed: 1)
    for (number, file) in files.enumerated() {
      let rule = try RuleSet.compile([file]).rules[0]
      for _ in 0..<60 {
        requests.append((number + 1, FittingRequest.make(rule, &random)))
      }
    }
    let share = try compare(files, requests)
    #expect(share.rules == 1, "rules that matched anything: \(share.rules)")
  }

  /// Compares each rule on the requests of its group, the rule's number and one, and of group 0.
  /// Gives the share of pairs that match, and of rules that match any of their requests.
  private func compare(
    _ files: [RuleFile], _ requests: [(group: Int, request: Request)]
  ) throws -> (pairs: Double, rules: Double) {
    let asked = files.enumerated().map {
      Oracle.Rule(name: $0.element.name, text: $0.element.text, group: $0.offset + 1)
    }
    var pairs = 0
    var matches = 0
    var matching = 0
    for (number, answer) in try Oracle.ask(asked, requests).enumerated() {
      let file = files[number]
      guard let expected = answer.matches else {
        Issue.record("\(answer.name): \(answer.error ?? "")\n\(file.text)")
        continue
      }
      let set = try RuleSet.compile([file])
      let matcher = try RuleMatcherTests.matcher(set, set.rules[0].rule.logSource)
      let own = requests.indices.filter { [0, number + 1].contains(requests[$0].group) }
      let found = own.filter { set.rules[0].holds(requests[$0].request) }
      #expect(own.filter { matcher.matches(requests[$0].request) == [0] } == found, "\(file.text)")
      pairs += own.count
      matches += found.count
      matching += found.isEmpty ? 0 : 1
      for request in Set(found).symmetricDifference(expected).sorted() {
        Issue.record(
          """
          \(answer.name): \(found.contains(request) ? "only Flyball" : "only the oracle") matches
          \(file.text)
          \(requests[request].request)
          """)
      }
    }
    return (Double(matches) / Double(pairs), Double(matching) / Double(files.count))
  }
}
