import MeshModel

/// A rule made from a seed, with requests that often fit it.
struct GeneratedRule {
  var text: String
  var requests: [Request]
  /// The keys it has, to count what was tried.
  var keys: [String]
  var condition: String

  static let conditions = [
    ["sel_a"], ["sel_a and not fil_a"], ["1 of sel_*"], ["all of sel_*"], ["1 of them"],
    ["all of them"], ["not sel_a"], ["(sel_a or sel_b) and not fil_a"],
    ["sel_a or sel_b and not fil_a"], ["all of sel_* and not 1 of fil_*"],
    ["not (sel_a and sel_b) or fil_a"], ["sel_a and fil_a", "sel_b and not fil_a"],
    ["not not sel_a"], ["1 of *_a and not sel_b"], ["any of sel* or fil_a"],
    ["not sel_a and not 1 of fil*"], ["((sel_b))"],
  ]

  init(_ random: inout SeededRandom) {
    var tests: [GeneratedTest] = []
    var lines: [String] = []
    for name in ["sel_a", "sel_b", "fil_a", "_hidden"] {
      lines.append("  \(name):")
      let made = Self.search(&random)
      tests += made.tests
      lines += made.lines.map { "    " + $0 }
    }
    let conditions = Self.conditions.randomElement(using: &random) ?? []
    condition = conditions.joined(separator: " | ")
    lines.append("  condition: [\(conditions.map { "'\($0)'" }.joined(separator: ", "))]")
    text = """
      title: generated
      logsource:
        category: webserver
      detection:
      \(lines.joined(separator: "\n"))
      """
    keys = tests.map { "\($0.field)|\($0.modifiers)" }
    requests = (0..<12).map { _ in
      var request = Self.request(&random)
      for test in tests where Int.random(in: 0..<10, using: &random) < 7 {
        test.fit(&request, &random)
      }
      return request
    }
  }

  private static func search(
    _ random: inout SeededRandom
  ) -> (tests: [GeneratedTest], lines: [String]) {
    switch Int.random(in: 0..<8, using: &random) {
    case 0:
      // Keywords.
      let values = (0..<2).map { _ in GeneratedValue(&random, withWildcards: true) }
      let test = GeneratedTest(
        field: "", modifiers: "", values: values.map { GeneratedTest.quoted($0.source(&random)) },
        samples: values.map { $0.sample(&random) })
      return ([test], test.values.map { "- \($0)" })
    case 1:
      let values = (0..<2).map { _ in GeneratedValue(&random, withWildcards: true) }
      let test = GeneratedTest(
        field: "",
        modifiers: ["all", "contains|all", "cased", "base64offset|contains", "re", "neq"]
          .randomElement(using: &random) ?? "",
        values: ["admin", "jndi"], samples: ["adminjndi", "Zm9vYWRtaW4=", "admin"])
      _ = values
      return ([test], [test.line])
    case 2, 3:
      // A list of mappings.
      let tests = (0..<2).map { _ in GeneratedTest(&random) }
      return (tests, tests.map { "- \($0.line)" })
    default:
      var tests: [GeneratedTest] = []
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let test = GeneratedTest(&random)
        if !tests.contains(where: { $0.field == test.field && $0.modifiers == test.modifiers }) {
          tests.append(test)
        }
      }
      return (tests, tests.map(\.line))
    }
  }

  private static func request(_ random: inout SeededRandom) -> Request {
    func word() -> String {
      let words = GeneratedValue.words.filter { !$0.isEmpty } + ["", "", ""]
      return words.randomElement(using: &random) ?? ""
    }
    return Request(
      method: RequestMethod.allCases.randomElement(using: &random) ?? .get,
      status: [0, 200, 403, 404, 500].randomElement(using: &random) ?? 0,
      scheme: ["", "http", "https"].randomElement(using: &random) ?? "",
      authority: ["", "h.example", "h.example:8080", "[::1]:443"].randomElement(using: &random)
        ?? "",
      path: "/" + word() + word(), userAgent: word(), referer: word(),
      clientAddress: ["", "10.0.0.1", "8.8.8.8", "::1"].randomElement(using: &random) ?? "",
      destinationAddress: ["", "10.0.0.2", "9.9.9.9"].randomElement(using: &random) ?? "",
      userName: word(), cookie: word(), contentType: word(),
      requestBytes: [0, 10, 1_000].randomElement(using: &random) ?? 0,
      responseBytes: [0, 200, 1_000].randomElement(using: &random) ?? 0)
  }
}
