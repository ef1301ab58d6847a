import Foundation
import MeshModel
import Testing

@testable import Sigma

/// The same correlations and events through pySigma's SQL and through the windows here.
///
/// Drawn so that what is meant to differ does not come up: an upper correlation groups by no field
/// that the lower one lacks, and what more events can make false gets them in order, one at a time.
@Suite(
  "Correlations beside pysigma and SQLite",
  .enabled(if: Oracle.isInstalled, "skipped: no pysigma in .venv (dev/setup installs it)"))
struct CorrelationPySigmaTests {
  @Test("both find the same windows of the same groups")
  func sameWindows() throws {
    let seed: UInt64 = 220_261_122
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    let cases = (0..<400).map { _ in CorrelationCase(&random) }
    let answers = try FoundWindow.asked(cases)
    var count = 0
    for (number, (drawn, expected)) in zip(cases, answers).enumerated() {
      let found = try drawn.windows()
      count += expected.count
      #expect(
        found == expected,
        """
        case \(number): only here \(found.subtracting(expected)), only there \
        \(expected.subtracting(found))
        \(drawn.text)
        \(drawn.requests.map { "\($0.seconds) \($0.rules)" })
        """)
      guard found == expected else { return }
    }
    #expect(count > 2_000)
  }
}

/// A window by its end in seconds and its group.
struct FoundWindow: Hashable {
  var end: Int64
  var group: [String: String]
}

extension FoundWindow {
  /// What pySigma and SQLite find in each case.
  static func asked(_ cases: [CorrelationCase]) throws -> [Set<FoundWindow>] {
    let input = try JSONSerialization.data(withJSONObject: cases.map(\.json))
    let output = try Oracle.run("dev/pysigma_correlations.py", input: input)
    let answers = try #require(JSONSerialization.jsonObject(with: output) as? [[[Any]]])
    return try answers.map { rows in
      Set(
        try rows.map { row in
          FoundWindow(
            end: Int64(try #require(row[0] as? Int)),
            group: try #require(row[1] as? [String: String]))
        })
    }
  }
}
