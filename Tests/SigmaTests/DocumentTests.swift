import Foundation
import Sigma
import Testing

@Suite("What docs/SIGMA.md says")
struct DocumentTests {
  @Test("its tables name every field and every modifier, and no other")
  func tables() throws {
    let text = try String(
      contentsOf: Oracle.root.appending(path: "docs/SIGMA.md"), encoding: .utf8)
    #expect(names(in: text, table: "| field in a rule |").sorted() == FieldMap.known)
    #expect(
      names(in: text, table: "| modifiers |") == Set(Modifier.allCases.map(\.rawValue)))
  }

  /// What stands between backticks in the first column of a table.
  private func names(in text: String, table: String) -> Set<String> {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let rows = lines.drop { !$0.hasPrefix(table) }.dropFirst(2).prefix { $0.hasPrefix("|") }
    let cells = rows.compactMap { $0.split(separator: "|").first }
    return Set(
      cells.flatMap { cell in
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      })
  }
}
