import MatchingVectorscan
import MeshModel
import Sigma
import Testing
import YAMLNodes

@Suite("Patterns by Vectorscan")
struct VectorscanCompilerTests {
  @Test("each end of each literal is reported, in order, also of literals that lie in each other")
  func everyEnd() throws {
    // `endswith` on a field tells where a literal ends: here on each beginning of the text.
    let literals = [
      "aa", "aaa", "aba", "ab", "ABA", "b\0a", "baab", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
    ]
    let text = Array("aabaaaABab\0abbaabaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab".utf8)
    let set = try RuleSet.compile(literals.map(Self.rule))
    let matcher = try RuleMatcher(RuleIndex(set, .webserver, with: VectorscanCompiler()))
    for end in 0...text.count {
      let path = Array(text[..<end])
      let expected = literals.indices.filter {
        path.suffix(literals[$0].utf8.count).map(\.foldedASCII)
          == literals[$0].utf8.map(\.foldedASCII)
      }
      let found = matcher.matches(path: path)
      #expect(found == expected, "up to \(end)")
    }
  }

  @Test("a literal as long as a value may be is found, and not without its last byte")
  func longLiteral() throws {
    let long = String(repeating: "ab/", count: SigmaLimits.valueBytes / 3)
    let set = try RuleSet.compile([Self.rule(long)])
    let matcher = try RuleMatcher(RuleIndex(set, .webserver, with: VectorscanCompiler()))
    let whole = matcher.matches(path: Array(("x" + long).utf8))
    let cut = matcher.matches(path: Array(("x" + long).utf8.dropLast()))
    #expect((whole, cut) == ([0], []))
  }

  @Test(
    "an expression that cannot be matched in linear time is refused at its place",
    arguments: [
      ("(a)\\1", "invalid escape sequence: \\1"), ("(?=a)b", "invalid perl operator: (?="),
      ("a(?!b)", "invalid perl operator: (?!"), ("(?<=a)b", "invalid perl operator: (?<"),
      ("a++", "bad repetition operator: ++"), ("(?>a)", "invalid perl operator: (?>"),
      ("(a", "missing )"), ("a{1001}", "invalid repetition size: {1001}"),
      ("é", "an expression is of ASCII alone"),
    ])
  func refusal(expression: String, words: String) throws {
    let set = try RuleSet.compile([
      Self.rule("a"),
      RuleFile(
        name: "bad.yml",
        text: Self.text("cs-uri-query|re: ['fine', '\(expression)']")),
    ])
    let mistakes = #expect(throws: Diagnostics.self) {
      try RuleIndex(set, .webserver, with: VectorscanCompiler())
    }
    let mistake = try #require(mistakes?.all.first)
    #expect(mistakes?.all.count == 1)
    #expect((mistake.file, mistake.line) == ("bad.yml", 5))
    #expect(mistake.message.contains("'\(expression)' cannot be looked for: "))
    #expect(mistake.message.contains(words), "\(mistake.message)")
  }

  @Test(
    "an expression ignores case, crosses lines and sees their ends as its modifiers say, and not else",
    arguments: [
      ("re", "b.c", "b\nc", false), ("re|s", "b.c", "b\nc", true), ("re", "^c", "b\nc", false),
      ("re|m", "^c", "b\nc", true), ("re", "BC", "bc", false), ("re|i", "BC", "bc", true),
    ])
  func modifiers(modifier: String, expression: String, path: String, holds: Bool) throws {
    let set = try RuleSet.compile([
      RuleFile(name: "f", text: Self.text("cs-uri-query|\(modifier): '\(expression)'"))
    ])
    let matcher = try RuleMatcher(RuleIndex(set, .webserver, with: VectorscanCompiler()))
    let found = matcher.matches(path: Array(path.utf8))
    #expect(found == (holds ? [0] : []))
  }

  @Test(
    "an expression is found at the end of a text of any length, however few expressions there are",
    arguments: 1...9)
  func ends(count: Int) throws {
    let matcher = try Self.matcher((0..<count).map { "cs-uri-query|re|i: '^.*h\($0)$'" })
    for length in 2..<260 {
      for number in 0..<count {
        let path = String(repeating: "~", count: length - 2) + "H\(number)"
        let found = matcher.matches(path: Array(path.utf8))
        #expect(found == [number], "of \(length) bytes")
      }
    }
  }

  @Test(
    "the end of a text is also before a line end that ends it, and not before two",
    arguments: [
      ("a$", "a\n", true), ("a$", "a\n\n", false), ("a$", "a\r", false), ("^$", "\n", true),
    ])
  func lineEnd(expression: String, path: String, holds: Bool) throws {
    let found = try Self.matcher(["cs-uri-query|re: '\(expression)'"])
      .matches(path: Array(path.utf8))
    #expect(found == (holds ? [0] : []))
  }

  @Test("matchers of one index work at the same time, and outlive it")
  func apart() async throws {
    let literals = (0..<200).map { "literal-\($0)-" }
    var index: RuleIndex? = try RuleIndex(
      RuleSet.compile(literals.map(Self.rule)), .webserver, with: VectorscanCompiler())
    let first = try #require(index)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for start in 0..<4 {
        group.addTask {
          let matcher = try RuleMatcher(first)
          for round in 0..<500 {
            let wanted = (start * 50 + round) % 200
            // Long, so that scans take most of the time and meet.
            let path = String(repeating: "/literal-", count: 4_000) + "\(wanted)-"
            let found = matcher.matches(path: Array(path.utf8))
            #expect(found == [wanted])
          }
          #expect(matcher.failedScans == 0)
        }
      }
      try await group.waitForAll()
    }
    let matcher = try RuleMatcher(first)
    index = nil
    let found = matcher.matches(path: Array("literal-7-".utf8))
    #expect(found == [7])
  }

  static func matcher(_ tests: [String]) throws -> RuleMatcher {
    let files = tests.enumerated().map { RuleFile(name: "\($0).yml", text: text($1)) }
    return try RuleMatcher(
      RuleIndex(RuleSet.compile(files), .webserver, with: VectorscanCompiler()))
  }

  static func rule(_ literal: String) -> RuleFile {
    let quoted = literal.replacing("\0", with: "\\0")
    return RuleFile(
      name: "\(literal.hashValue).yml", text: text("cs-uri-query|endswith: \"\(quoted)\""))
  }

  static func text(_ test: String) -> String {
    """
    title: \(test.hashValue)
    logsource: {category: webserver}
    detection:
      selection:
        \(test)
      condition: selection
    """
  }
}

extension RuleMatcher {
  func matches(path: [UInt8]) -> [Int] {
    var fields = RequestFields(method: .get, status: 200)
    fields.path = ByteRange(start: 0, count: UInt32(path.count))
    var texts = RequestTexts()
    texts.load(path.span.bytes, fields)
    var found: [Int] = []
    match(texts) { found.append($0) }
    return found
  }
}
