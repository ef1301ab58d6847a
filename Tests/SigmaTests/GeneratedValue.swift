import MeshModel

/// A value of a generated rule, and texts that fit it.
struct GeneratedValue {
  private enum Part {
    case literal(String)
    case star
    case question
  }

  private var parts: [Part] = []

  static let words = [
    "admin", "Login", "../", "%2e%2e/", "SELECT", "a_b", "50%", "it's", #"C:\tmp"#, "[x]", "é",
    "€5", "${jndi:ldap", "cmd.exe", "x", "--", "*", "?", #"\"#, "&q=", ".php", "-f", " /y", "#",
    "  ",
    "a]b", "^", "~1", "{{7*7}}", "%%", "__",
  ]

  init(_ random: inout SeededRandom, withWildcards: Bool) {
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      switch Int.random(in: 0..<8, using: &random) {
      case 0 where withWildcards: parts.append(.star)
      case 1 where withWildcards: parts.append(.question)
      default: parts.append(.literal(Self.words.randomElement(using: &random) ?? ""))
      }
    }
    // A text of wildcards alone is a question of its own.
    if !parts.contains(where: { if case .literal = $0 { true } else { false } }) {
      parts.append(.literal("w"))
    }
  }

  /// As it is written in a rule.
  func source(_ random: inout SeededRandom) -> String {
    var text = ""
    for part in parts {
      switch part {
      case .star: text += "*"
      case .question: text += "?"
      case .literal(let literal):
        let characters = Array(literal)
        for (index, character) in characters.enumerated() {
          switch character {
          case "*", "?": text += "\\\(character)"
          case "\\":
            let isPlainBefore =
              index + 1 < characters.count && !"*?\\".contains(characters[index + 1])
            text += isPlainBefore && Bool.random(using: &random) ? "\\" : #"\\"#
          default: text.append(character)
          }
        }
      }
    }
    return text
  }

  /// A text that fits it, with the letters of the wildcards chosen.
  func sample(_ random: inout SeededRandom) -> String {
    parts.reduce(into: "") { text, part in
      switch part {
      case .literal(let literal): text += literal
      case .star: text += ["", "zz", "/", "é"].randomElement(using: &random) ?? ""
      case .question: text += ["q", "é", "€"].randomElement(using: &random) ?? ""
      }
    }
  }
}
