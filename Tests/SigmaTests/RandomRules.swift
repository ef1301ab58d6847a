import MeshModel
import Sigma

/// Rules and requests made of the same few fragments, so that rules often hold, and often almost.
struct RandomRules {
  var random: SeededRandom

  private static let fragments = [
    "a", "b", "A", "ab", "ba", "abc", "aaa", "/", "../", ".", ".php", "?", "=", "x=", "%61", "%2E",
    "é", "€", "ì ", "ss", " ", "-", "10.0.0.7", ":8080", "http://", "GET", "200",
  ]
  private static let texts = [
    "cs-uri-query", "cs-uri-stem", "c-uri", "c-uri-extension", "cs-host", "cs-user-agent",
    "cs-referer", "cs-cookie", "cs-username", "cs-content-type", "c-ip",
  ]
  private static let modifiers = [
    "", "", "|contains", "|contains", "|contains|all", "|startswith", "|endswith", "|cased",
    "|contains|cased", "|startswith|cased|all", "|endswith|neq", "|contains|neq",
    "|wide|contains", "|base64offset|contains", "|windash|contains",
  ]
  private static let expressions = [
    "a+b", "^a", "b$", "a.{3}b", "(ab|ba){2}", "[^/]+/[^/]+\\.php", "^.{12,}$", "\\bab\\b", "A",
    "(a|b)*c", "^$", "\\.$",
  ]

  /// A set of rules; each is compiled by itself first, as not every word makes sense everywhere.
  mutating func set(of count: Int) throws -> RuleSet {
    var files: [RuleFile] = []
    while files.count < count {
      let file = RuleFile(name: "\(files.count).yml", text: rule(number: files.count))
      if (try? RuleSet.compile([file])) != nil { files.append(file) }
    }
    return try RuleSet.compile(files)
  }

  mutating func request() -> Request {
    Request(
      method: pick([.get, .post, .unknown]), status: pick([0, 200, 200, 404]),
      scheme: pick(["", "http"]), authority: pick(["", "a", "ab:8080", "[::1]:80", text(3)]),
      path: chance(10) ? "" : "/" + text(8), userAgent: chance(3) ? "" : text(5),
      referer: chance(2) ? "" : text(4),
      clientAddress: pick(["", "10.0.0.7", "10.1.2.3", "fc00::7"]),
      userName: chance(2) ? "" : text(1), cookie: chance(2) ? "" : text(3),
      contentType: chance(2) ? "" : text(1), requestBytes: pick([0, 7, 4_096]),
      responseBytes: pick([0, 200, 65_536]))
  }

  private mutating func rule(number: Int) -> String {
    var lines = [
      "title: t\(number)", "logsource:", "  category: \(pick(["webserver", "webserver", "proxy"]))",
      "detection:",
    ]
    let searches = 1 + upTo(3)
    for search in 0..<searches {
      lines.append("  s\(search):")
      if chance(6) {
        for _ in 0...upTo(2) { lines.append("    - \(quoted(value()))") }
      } else {
        let isList = chance(5)
        for _ in 0...upTo(2) { lines += test().map { (isList ? "    - " : "    ") + $0 } }
      }
    }
    lines.append("  condition: \(condition(searches, depth: 2))")
    return lines.joined(separator: "\n")
  }

  private mutating func test() -> [String] {
    switch upTo(9) {
    case 0: ["cs-method: \(pick(["GET", "[GET, post]", "P*", "POST"]))"]
    case 1: ["sc-status: \(pick(["200", "[200, 404]", "2*", "500"]))"]
    case 2:
      ["cs-bytes|\(pick(["gt", "gte", "lt", "lte"])): \(pick(["7", "100", "4096"]))"]
    case 3: ["c-ip|cidr: \(pick(["10.0.0.0/8", "10.0.0.0/24", "fc00::/7"]))"]
    case 4: ["\(pick(Self.texts))|exists: \(pick(["true", "false"]))"]
    case 5:
      [
        "cs-referer|fieldref\(pick(["", "|contains", "|endswith"])): \(pick(["cs-host", "cs-cookie"]))"
      ]
    case 6:
      ["\(pick(Self.texts))|re\(pick(["", "|i", "|s", "|m"])): \(quoted(pick(Self.expressions)))"]
    default:
      [
        "\(pick(Self.texts))\(pick(Self.modifiers)): ["
          + (0...upTo(3)).map { _ in quoted(value()) }.joined(separator: ", ") + "]"
      ]
    }
  }

  private mutating func condition(_ searches: Int, depth: Int) -> String {
    let name = "s\(upTo(searches - 1))"
    if depth == 0 { return name }
    switch upTo(7) {
    case 0: return "1 of s*"
    case 1: return "all of them"
    case 2: return "not \(condition(searches, depth: 0))"
    case 3, 4:
      return
        "(\(condition(searches, depth: depth - 1)) or \(condition(searches, depth: depth - 1)))"
    case 5:
      return
        "\(condition(searches, depth: depth - 1)) and not (\(condition(searches, depth: depth - 1)))"
    default:
      return "\(condition(searches, depth: depth - 1)) and \(condition(searches, depth: depth - 1))"
    }
  }

  private mutating func value() -> String {
    var text = chance(8) ? "*" : ""
    for _ in 0...upTo(2) {
      text += pick(Self.fragments)
      if chance(6) { text += pick(["*", "?", "\\*"]) }
    }
    return text
  }

  private mutating func text(_ most: Int) -> String {
    (0...upTo(most)).map { _ in pick(Self.fragments) }.joined()
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[upTo(elements.count - 1)]
  }

  private mutating func upTo(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }

  private mutating func chance(_ one: Int) -> Bool { upTo(one - 1) == 0 }
}
