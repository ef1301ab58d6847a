import MeshModel
import Sigma
import Testing
import YAMLNodes

@Suite("Bounds on rules")
struct BoundTests {
  private static func list(_ count: Int, _ value: (Int) -> String) -> String {
    "[" + (0..<count).map(value).joined(separator: ", ") + "]"
  }

  @Test("values in a rule have a bound, told once")
  func values() {
    let limit = SigmaLimits.valuesPerRule
    #expect(Rules.mistakes(detection: "s: \(Self.list(limit) { "k\($0)" })\ncondition: s") == [])
    let found = Rules.mistakes(detection: "s: \(Self.list(limit + 9) { "k\($0)" })\ncondition: s")
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix("more than \(limit) values in a rule") == true)
  }

  @Test("the length of a value has a bound")
  func length() {
    let limit = SigmaLimits.valueBytes
    let long = String(repeating: "a", count: limit)
    #expect(Rules.mistakes(detection: "s: ['\(long)']\ncondition: s") == [])
    #expect(
      Rules.mistakes(detection: "s: ['\(long)a']\ncondition: s") == [
        "5:7: a value of more than \(limit) bytes"
      ])
  }

  @Test("patterns in a rule have a bound once modifiers have multiplied them")
  func patterns() {
    let count = SigmaLimits.patternsPerRule / 125 + 1
    let values = Self.list(count) { "'-a -b -c \($0)'" }
    #expect(
      Rules.mistakes(detection: "s:\n  cs-uri|windash: \(values)\ncondition: s") == [
        "1:1: more than \(SigmaLimits.patternsPerRule) patterns in a rule"
      ])
  }

  @Test("a condition has a bound once its quantifiers are worked out")
  func conditions() {
    let searches = (0..<200).map { "s\($0): {sc-status: [1, 2, 3, 4, 5]}" }.joined(separator: "\n")
    let condition = Array(repeating: "1 of s*", count: 100).joined(separator: " and ")
    #expect(
      Rules.mistakes(detection: "\(searches)\ncondition: \(condition)") == [
        "1:1: a condition of more than \(SigmaLimits.conditionNodes) parts"
      ])
  }

  @Test("searches nest up to a bound")
  func depth() {
    let limit = SigmaLimits.depth
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + "{sc-status: 1}" + String(repeating: "]", count: depth)
    }
    #expect(Rules.mistakes(detection: "s: \(nested(limit - 1))\ncondition: s") == [])
    #expect(
      Rules.mistakes(detection: "s: \(nested(limit))\ncondition: s").first?.hasSuffix(
        "searches nested more than \(limit) deep") == true)
  }

  @Test("rules in a set have a bound")
  func rules() {
    let rule = "logsource: {category: proxy}\ndetection: {s: [a], condition: s}\n"
    let count = SigmaLimits.rules + 1
    let files = stride(from: 0, to: count, by: 1_000).map { start in
      let documents = (start..<min(start + 1_000, count)).map { "title: t\($0)\n" + rule }
      return RuleFile(name: "f\(start)", text: documents.joined(separator: "---\n"))
    }
    do {
      _ = try RuleSet.compile(files)
      Issue.record("taken")
    } catch {
      #expect(
        error.all.map(\.description) == [
          "f\(SigmaLimits.rules):1:1: more than \(SigmaLimits.rules) rules in a set"
        ])
    }
  }

  @Test("no damage to a rule's text ends the process, and every mistake has its place")
  func damage() throws {
    var random = SeededRandom(seed: 1)
    var taken = 0
    for _ in 0..<60 {
      let rule = GeneratedRule(&random)
      for _ in 0..<60 {
        var bytes = Array(rule.text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
          case 1: bytes.remove(at: place)
          case 2:
            bytes.insert(
              Array("|*?'\"[]{}:-&!%\n #\\0".utf8).randomElement(using: &random) ?? 0, at: place)
          default: bytes.removeSubrange(place..<min(place + 9, bytes.count))
          }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        do {
          let rules = try RuleSet.compile([RuleFile(name: "f", text: text)]).rules
          for request in rule.requests { _ = rules.map { $0.holds(request) } }
          taken += 1
        } catch {
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
          #expect(error.all.allSatisfy { (0...lines + 1).contains($0.line) }, "\(error)\n\(text)")
        }
      }
    }
    #expect(taken > 0)
  }
}
