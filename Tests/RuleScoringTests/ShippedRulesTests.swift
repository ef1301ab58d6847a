internal import Foundation
internal import MatchingVectorscan
internal import RuleScoring
internal import Sigma
internal import Testing

struct ShippedRulesTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "../../rules/sigma").standardizedFileURL.path

  private static func files(_ suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(suffix) }.sorted()
  }

  private static func read(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  private static let loaded = Result {
    try LoadedRules(
      try files(".yml").map { RuleFile(name: $0, text: try read($0)) },
      with: try VectorscanCompiler())
  }

  @Test("every shipped rule does what its cases say", arguments: try files(".cases.yaml"))
  func cases(file: String) throws {
    let rules = try Self.loaded.get()
    for test in try RuleCase.parse(try Self.read(file), file: file) {
      let matched = try test.run(rules).map { rules.name(of: $0) }
      #expect(matched == test.matches, "\(file): \(test.name)")
    }
  }

  @Test("every shipped rule has a case that matches and one that must stay silent")
  func coverage() throws {
    let rules = try Self.loaded.get()
    var (matching, silent): (Set<String>, Set<String>) = ([], [])
    for file in try Self.files(".cases.yaml") {
      for test in try RuleCase.parse(try Self.read(file), file: file) {
        matching.formUnion(test.matches)
        if test.matches.isEmpty { silent.insert(file.replacing(".cases.yaml", with: ".yml")) }
      }
    }
    for file in try Self.files(".yml") {
      #expect(silent.contains(file), "\(file) has no case that must stay silent")
      for name in rules.names(in: file) { #expect(matching.contains(name), "\(name) is not tried") }
    }
  }
}
