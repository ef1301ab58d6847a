import Foundation
import MeshModel
import Testing

@testable import Sigma

/// The same correlations and events through pySigma's SQL and through the windows here.
@Suite("Correlations as pySigma's SQLite backend finds them")
struct CorrelationPySigmaTests {
  @Test("both find the same windows of the same groups", .enabled(if: PySigma.python != nil))
  func sameWindows() throws {
    let seed: UInt64 = 220_261_122
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    let cases = (0..<400).map { _ in CorrelationCase(&random) }
    let answers = try PySigma.windows(cases)
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

/// pySigma in a process of its own.
enum PySigma {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A Python that has pySigma and its SQLite backend, or nil.
  static let python: String? = [
    ProcessInfo.processInfo.environment["FLYBALL_PYSIGMA"] ?? "",
    root.appendingPathComponent(".venv/bin/python").path,
  ].first(where: isUsable)

  private static func isUsable(_ path: String) -> Bool {
    let probe = Process()
    probe.executableURL = URL(fileURLWithPath: path)
    probe.arguments = ["-c", "import sigma.backends.sqlite"]
    probe.standardError = FileHandle.nullDevice
    do {
      try probe.run()
    } catch {
      return false
    }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }

  struct Failure: Error {}

  static func windows(_ cases: [CorrelationCase]) throws -> [Set<FoundWindow>] {
    guard let python else { throw Failure() }
    let script = root.appendingPathComponent("dev/pysigma_correlations.py")
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("correlations-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // Only a folder of temporary files.
    let input = folder.appendingPathComponent("in.json")
    let output = folder.appendingPathComponent("out.json")
    try JSONSerialization.data(withJSONObject: cases.map(\.json)).write(to: input)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script.path]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0,
      let answers = try JSONSerialization.jsonObject(with: Data(contentsOf: output))
        as? [[[Any]]]
    else { throw Failure() }
    return answers.map { rows in
      Set(
        rows.compactMap { row in
          guard let end = row[0] as? Int, let group = row[1] as? [String: String] else {
            return nil
          }
          return FoundWindow(end: Int64(end), group: group)
        })
    }
  }
}
