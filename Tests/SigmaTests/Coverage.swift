import Sigma

/// How often the keys of rules held and did not hold, so that a comparison is known to compare.
struct Coverage {
  private var holding: [String: Int] = [:]
  private var failing: [String: Int] = [:]

  /// Counts each item of a rule under the key that its line begins with.
  mutating func count(_ rule: CompiledRule, _ text: String, _ request: Request) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for result in rule.explain(request.texts, expressions: Expressions.match) {
      let line = lines[rule.items[result.item].place.line - 1]
      let key = line.drop { $0 == " " || $0 == "-" }
      // A keyword has no key; a list of them is where its first one is.
      let parts =
        key.contains("': ")
        ? key.dropFirst().prefix { $0 != "'" }.split(
          separator: "|", omittingEmptySubsequences: false) : []
      let field = parts.first.map(String.init) ?? ""
      let modifiers = parts.dropFirst().joined(separator: "|")
      for name in ["field \(field)", "modifiers \(modifiers)"] {
        if result.holds { holding[name, default: 0] += 1 } else { failing[name, default: 0] += 1 }
      }
    }
  }

  /// What never held, or never failed to.
  var gaps: [String] {
    Set(holding.keys).symmetricDifference(failing.keys).sorted()
  }

  var names: Set<String> { Set(holding.keys).union(failing.keys) }
}
