internal import Foundation

/// Text for people: data on standard output, everything else on standard error.
enum Terminal {
  /// A line of data, at once: a pipe would otherwise hold it back until the end.
  static func out(_ text: String) {
    write(text + "\n", to: .standardOutput)
  }

  static func error(_ text: String) {
    write(text + "\n", to: .standardError)
  }

  /// What cannot be written, to a full disk or a closed pipe, is lost: no reason to end.
  static func write(_ text: String, to file: FileHandle) {
    try? file.write(contentsOf: Data(text.utf8))
  }

  static var inputIsInteractive: Bool { isatty(0) == 1 }
  static var outputIsInteractive: Bool { isatty(1) == 1 }

  static var usesColor: Bool {
    outputIsInteractive && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
  }

  /// Text from outside, with what could steer a terminal replaced.
  static func safe(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  /// Asks a person; nobody there cannot agree.
  static func confirms(_ question: String) throws(CommandFailure) -> Bool {
    guard inputIsInteractive else {
      throw CommandFailure(message: "not a terminal: add --yes", exitCode: 4)
    }
    write("\(safe(question)) [y/N] ", to: .standardError)
    return readLine()?.lowercased().hasPrefix("y") ?? false
  }

  /// Rows under a heading, each column as wide as its widest cell.
  static func table(_ heading: [String], _ rows: [[String]]) -> String {
    let all = [heading] + rows
    let widths = widths(all)
    return all.map { row($0, widths) }.joined(separator: "\n")
  }

  /// Of each column, the widest cell's.
  static func widths(_ rows: [[String]]) -> [Int] {
    (rows.first ?? []).indices.map { column in
      rows.map { safe($0[column]).count }.max() ?? 0
    }
  }

  static func row(_ cells: [String], _ widths: [Int]) -> String {
    // The last cell is not padded: nothing follows it. None is cut off.
    let padded = zip(cells.map(safe), widths).dropLast().map { cell, width in
      cell + String(repeating: " ", count: max(0, width - cell.count))
    }
    return (padded + [safe(cells.last ?? "")]).joined(separator: "  ")
  }
}
