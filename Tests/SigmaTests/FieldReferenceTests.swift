internal import Sigma
internal import Testing

struct FieldReferenceTests {
  private func rule(_ modifiers: String) throws -> CompiledRule {
    let text = """
      title: A field within another
      logsource: {category: webserver}
      detection: {selection: {cs-uri-query|fieldref\(modifiers): cs-referer}, condition: selection}
      """
    return try RuleSet.compile([RuleFile(name: "rule.yml", text: text)]).rules[0]
  }

  private func holds(_ rule: CompiledRule, _ path: String, _ referer: String) -> Bool {
    var request = Request()
    request.path = path
    request.referer = referer
    return rule.evaluate(request.texts, expressions: { _, _ in false })
  }

  @Test("a field's text is found in another's exactly where it is, for all small texts")
  func small() throws {
    let words = (1...4).flatMap { count in
      (0..<(1 << count)).map { bits in
        (0..<count).map { bits >> $0 & 1 == 0 ? "a" : "b" }.joined()
      }
    }
    let (whole, within) = (try rule(""), try rule("|contains"))
    let (start, end) = (try rule("|startswith"), try rule("|endswith"))
    for path in words {
      for referer in words {
        #expect(holds(within, path, referer) == path.contains(referer), "\(path) \(referer)")
        #expect(holds(start, path, referer) == path.hasPrefix(referer), "\(path) \(referer)")
        #expect(holds(end, path, referer) == path.hasSuffix(referer), "\(path) \(referer)")
        #expect(holds(whole, path, referer) == (path == referer), "\(path) \(referer)")
      }
    }
  }

  @Test("case counts only where the rule says so")
  func letters() throws {
    #expect(holds(try rule("|contains"), "/aBc", "bC"))
    #expect(!holds(try rule("|contains|cased"), "/aBc", "bC"))
  }
}
