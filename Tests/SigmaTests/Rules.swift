import Sigma
import Testing
import YAMLNodes

/// A rule around a detection, and what becomes of it.
enum Rules {
  /// The lines of the detection begin in the sixth line, indented by four spaces.
  static func text(_ detection: String) -> String {
    """
    title: t
    logsource:
      category: webserver
    detection:
    \(detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
    """
  }

  static func compile(_ detection: String) throws -> CompiledRule {
    try RuleSet.compile([RuleFile(name: "f", text: text(detection))]).rules[0]
  }

  /// Whether a request fits one selection.
  static func holds(_ selection: String, _ request: Request) throws -> Bool {
    let indented = selection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    return try compile("selection:\n\(indented)\ncondition: selection").holds(request)
  }

  /// The mistakes of a file, without its name.
  static func mistakes(_ text: String) -> [String] {
    do {
      _ = try RuleSet.compile([RuleFile(name: "f", text: text)])
      return []
    } catch {
      return error.all.map { String($0.description.dropFirst(2)) }
    }
  }

  static func mistakes(detection: String) -> [String] { mistakes(text(detection)) }
}

extension CompiledRule {
  func holds(_ request: Request) -> Bool {
    evaluate(request.texts, expressions: Expressions.match)
  }
}
