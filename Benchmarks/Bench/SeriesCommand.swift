internal import Anomaly
internal import ArgumentParser
internal import Foundation

struct SeriesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "series",
    abstract: "Score recorded series, each from its beginning: one score for each row.",
    discussion: "With an output folder, prints what a value cost instead.")

  @Argument(help: "Comma-separated rows of a time and a value a regular step apart, with a header.")
  var series: [String]

  @Option(help: "Write scores here, under the names of each series' folder and file.")
  var output: String?

  func run() throws {
    var values = 0
    var seconds = 0.0
    for path in series {
      let numbers = try Self.values(of: path)
      let before = processorSeconds()
      var detector = SeriesDetector()
      let scores = numbers.map { detector.score($0) }
      seconds += processorSeconds() - before
      values += numbers.count
      let text = scores.map { "\($0)\n" }.joined()
      if let output {
        try Self.write(text, of: path, under: output)
      } else {
        print(text, terminator: "")
      }
    }
    guard output != nil else { return }
    print(
      """
      {"values": \(values), "microsecondsPerValue": \(seconds * 1e6 / Double(max(1, values))), \
      "alarmScore": \(SeriesDetector.alarmScore)}
      """)
  }

  /// What is no number stays in its place, so that rows and scores agree.
  private static func values(of path: String) throws -> [Double] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().map { row in
      let fields = row.split(separator: ",", omittingEmptySubsequences: false)
      return fields.count >= 2 ? Double(fields[1]) ?? .nan : .nan
    }
  }

  private static func write(_ text: String, of path: String, under output: String) throws {
    let file = URL(fileURLWithPath: path)
    let folder = URL(fileURLWithPath: output)
      .appendingPathComponent(file.deletingLastPathComponent().lastPathComponent)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(
      to: folder.appendingPathComponent(file.lastPathComponent), atomically: true, encoding: .utf8)
  }
}
