/// A guide as people read it.
enum ExplainText {
  static func of(_ guide: Guide) -> String {
    (["KIND      \(guide.name)", ""] + lines(of: guide.meaning) + keys(below: "", guide))
      .joined(separator: "\n")
  }

  static func of(_ field: Guide.Field, in guide: Guide) -> String {
    var lines = ["KIND      \(guide.name)", "KEY       \(field.path)"]
    lines.append("VALUE     \(field.value)" + (field.isRequired ? "; always there" : ""))
    if let standard = field.standard { lines.append("DEFAULT   \(standard)") }
    if let example = field.example { lines.append("EXAMPLE   \(field.name): \(example)") }
    return (lines + [""] + Self.lines(of: field.meaning) + keys(below: field.path, guide))
      .joined(separator: "\n")
  }

  private static func keys(below path: String, _ guide: Guide) -> [String] {
    let fields = guide.children(of: path)
    guard !fields.isEmpty else { return [] }
    return ["", "KEYS"]
      + fields.flatMap { field in
        let standard = field.standard.map { ", default \($0)" } ?? ""
        let needed = field.isRequired ? " (always)" : ""
        return ["  \(field.name)\(needed): \(field.value)\(standard)"]
          + lines(of: field.meaning, indent: 6)
      }
  }

  /// Of at most 78 columns, broken between words.
  private static func lines(of text: String, indent: Int = 0) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, margin.count + line.count + 1 + word.count > columns {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [margin + line]
  }

  private static let columns = 78
}
