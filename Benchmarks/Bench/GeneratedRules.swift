internal import MeshModel
internal import Sigma

/// Rules from a seed, in the proportions of public rule sets: how many ask for a method or a status,
/// how many texts they list, how long those are, how many expressions and filters there are.
struct GeneratedRules {
  private var random: SeededRandom

  private static let words = [
    "admin", "login", "config", "setup", "upload", "shell", "debug", "backup", "wp", "api", "rest",
    "remote", "cgi", "bin", "passwd", "servlet", "action", "cmd", "exec", "file", "path",
    "template", "user", "session", "token", "export", "import", "index", "console", "actuator",
    "gateway", "proxy", "spring", "oauth", "saml", "vpn", "cloud", "store", "sync", "share", "temp",
    "cache", "static", "assets", "scripts", "modules", "plugin", "theme", "update", "install",
    "query", "search",
  ]
  private static let endings = [".php", ".jsp", ".aspx", ".action", ".do", "=../", "=%2e", "=${"]

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  mutating func files(_ count: Int) -> [RuleFile] {
    (0..<count).map { RuleFile(name: "generated/\($0).yml", text: rule($0)) }
  }

  private mutating func rule(_ number: Int) -> String {
    var lines = ["title: Generated \(number)", "logsource: {category: webserver}", "detection:"]
    lines.append("  selection:")
    if percent(55) { lines.append("    cs-method: \(pick(["GET", "POST", "PUT"]))") }
    if percent(22) { lines.append("    sc-status: \(pick(["200", "[200, 302]", "500"]))") }
    if percent(25) {
      lines.append("    \(field())|contains|all: \(texts(pick([2, 2, 3])))")
    } else {
      lines.append("    \(field())|contains: \(texts(pick([1, 1, 2, 3, 5, 10, 20, 40])))")
    }
    if percent(4) {
      lines.append(
        "    cs-uri|re: '\\.(zip|asp|\(word()))\\?\(word())=[0-9]{1,3}\\.[0-9]{1,3}'")
    }
    if percent(5) { lines.append("    cs-referer|startswith: 'http*://*\(text())*'") }
    var condition = "selection"
    if percent(12) {
      lines.append("  filter:")
      lines.append("    cs-user-agent|startswith: \(texts(2))")
      condition += " and not filter"
    }
    if percent(3) {
      lines.append("  keywords:")
      lines += (0..<4).map { _ in "    - '\(text())'" }
      condition += " or keywords"
    }
    return (lines + ["  condition: \(condition)"]).joined(separator: "\n")
  }

  private mutating func field() -> String {
    pick([
      "cs-uri-query", "cs-uri-query", "cs-uri-query", "cs-uri-query", "cs-uri-query", "cs-uri-stem",
      "cs-uri-stem", "c-uri", "cs-host", "cs-user-agent", "cs-user-agent", "cs-referer",
    ])
  }

  private mutating func texts(_ count: Int) -> String {
    "[" + (0..<count).map { _ in "'\(text())'" }.joined(separator: ", ") + "]"
  }

  private mutating func text() -> String {
    switch Int.random(in: 0..<10, using: &random) {
    case 0...3: "/\(word())\(syllable())/\(word())\(syllable())"
    case 4, 5: "/\(word())\(syllable())\(pick(Self.endings))"
    case 6: "\(word())\(pick(Self.endings))"
    case 7: "\(word())-\(word())\(syllable())/1."
    case 8: "&\(word())\(syllable())="
    default: "\(word())_\(word())\(syllable())"
    }
  }

  private mutating func word() -> String { pick(Self.words) }

  private mutating func syllable() -> String {
    pick(["ba", "ko", "mi", "ru", "te", "xi", "zu", "na", "vo", "le"])
      + pick(["", "1", "7", "42", "x"]) + pick(["ba", "ko", "mi", "ru", "te", "xi"])
  }

  private mutating func percent(_ share: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < share
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }
}
