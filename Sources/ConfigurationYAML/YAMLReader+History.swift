internal import Yams
internal import YAMLNodes

/// The history's files and how long it keeps texts.
struct HistoryPlaces {
  var file: String
  var checkpoints: String
  var key: String
  var keepSeconds: Int64?
}

extension YAMLReader {
  /// A path, or a mapping with `file` and what is not beside it.
  mutating func historyPlaces(_ node: Node, path: (String) -> String) -> HistoryPlaces? {
    guard node.mapping != nil else {
      return text(node, "history").map(path).map { file in
        HistoryPlaces(file: file, checkpoints: file + ".checkpoints", key: file + ".key")
      }
    }
    let fields = fields(
      of: node, "history", required: ["file"], optional: ["checkpoints", "key", "keep"])
    let checkpoints = text(fields["checkpoints"], "history.checkpoints").map(path)
    let key = text(fields["key"], "history.key").map(path)
    let keepSeconds = fields["keep"].flatMap { keep($0) }
    guard let file = text(fields["file"], "history.file").map(path) else { return nil }
    let places = HistoryPlaces(
      file: file, checkpoints: checkpoints ?? file + ".checkpoints", key: key ?? file + ".key",
      keepSeconds: keepSeconds)
    if Set([places.file, places.checkpoints, places.key]).count < 3 {
      fail("history: file, checkpoints and key must be three files", at: node)
    }
    return places
  }

  /// Whole days, such as 400d, or seconds.
  private mutating func keep(_ node: Node) -> Int64? {
    let units: [Character: Int64] = ["d": 86_400, "s": 1]
    guard let text = node.scalar?.string, let factor = text.last.flatMap({ units[$0] }),
      let count = Int64(text.dropLast()), count > 0,
      (86_400...Self.maximumKeepDays * 86_400).contains(
        count.multipliedReportingOverflow(by: factor).overflow ? 0 : count &* factor)
    else {
      fail("history.keep must be days such as 400d, from 1d to \(Self.maximumKeepDays)d", at: node)
      return nil
    }
    return count * factor
  }

  /// A century.
  private static let maximumKeepDays: Int64 = 36_500
}
