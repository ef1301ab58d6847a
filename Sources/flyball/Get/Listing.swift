/// A list as it is printed.
struct Listing {
  struct Row: Equatable {
    /// What other commands take.
    var name: String
    var cells: [String]
    /// Only of `-o wide`.
    var more: [String] = []
  }

  var heading: [String]
  var more: [String] = []
  var rows: [Row]
  /// Said on standard error when there are none.
  var whenEmpty: String
  /// What else one has to know, said on standard error.
  var notes: [String] = []

  /// Nil when there is nothing to print.
  func text(_ output: GetCommand.Output) -> String? {
    guard !rows.isEmpty else { return nil }
    guard output != .name else {
      return rows.map { Terminal.safe($0.name) }.joined(separator: "\n")
    }
    return Terminal.table(headings(output), rows.map { cells($0, output) })
  }

  func widths(_ output: GetCommand.Output) -> [Int] {
    Terminal.widths([headings(output)] + rows.map { cells($0, output) })
  }

  /// Rows that are new, or not as they were, in columns of an earlier listing.
  func changes(
    since earlier: Listing, as output: GetCommand.Output, widths: [Int]
  ) -> [String] {
    let known = Dictionary(earlier.rows.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    return rows.filter { known[$0.name] != $0 }.map { row in
      output == .name ? Terminal.safe(row.name) : Terminal.row(cells(row, output), widths)
    }
  }

  private func headings(_ output: GetCommand.Output) -> [String] {
    output == .wide ? heading + more : heading
  }

  private func cells(_ row: Row, _ output: GetCommand.Output) -> [String] {
    output == .wide ? row.cells + row.more : row.cells
  }
}
