/// One mistake in a file, with its place.
package struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  package var file: String
  /// Counted from 1; 0 when the whole file is meant.
  package var line: Int
  package var column: Int
  package var message: String

  package init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  package var description: String {
    line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)"
  }
}

/// Every mistake found in a set of files, in the order of their places.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
  package let all: [Diagnostic]

  package init(_ all: [Diagnostic]) {
    self.all = all.sorted { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
  }

  package var description: String { all.map(\.description).joined(separator: "\n") }
}
