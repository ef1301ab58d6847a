/// All findings, in the order of the checks.
package struct Diagnosis: Hashable, Sendable, Codable {
  package let schemaVersion: Int
  package let findings: [Finding]

  package init(_ findings: [Finding]) {
    schemaVersion = 1
    self.findings = findings
  }

  package var hasFailed: Bool { findings.contains { $0.level == .fail } }

  /// A line for each finding, broken between words where it is longer than `width` columns, and a
  /// count. `paint` decorates the level.
  package func text(width: Int, paint: (Finding.Level, String) -> String) -> String {
    let indent = Self.levelWidth + 2 + (findings.map(\.what.count).max() ?? 0) + 2
    var lines: [String] = []
    for finding in findings {
      let detail = Self.wrap(finding.detail, width: max(width - indent, Self.narrowest))
      let fix = finding.fix.map {
        Self.wrap("-> \($0)", width: max(width - indent, Self.narrowest))
      }
      let level = finding.level.rawValue
      let head =
        paint(finding.level, level) + Self.spaces(Self.levelWidth + 2 - level.count)
        + finding.what + Self.spaces(indent - Self.levelWidth - 2 - finding.what.count)
      var text = detail + (fix ?? [])
      // Detail and fix share a line where they fit.
      if let fix, detail.count == 1, fix.count == 1,
        indent + detail[0].count + 2 + fix[0].count <= width
      {
        text = [detail[0] + "  " + fix[0]]
      }
      lines.append(head + (text.first ?? ""))
      lines += text.dropFirst().map { Self.spaces(indent) + $0 }
    }
    return (lines + ["", summary]).joined(separator: "\n")
  }

  private var summary: String {
    func count(_ level: Finding.Level) -> Int { findings.count { $0.level == level } }
    let warnings = count(.warn)
    let failures = count(.fail)
    return "\(count(.ok)) ok, \(warnings) \(warnings == 1 ? "warning" : "warnings"),"
      + " \(failures) \(failures == 1 ? "failure" : "failures")"
  }

  /// A word longer than a line stays whole, so that paths can be copied.
  private static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(count, 0))
  }

  private static let levelWidth = 4
  /// Columns that text gets however long the names before it are.
  private static let narrowest = 40
}
