internal import ControlViews
internal import Foundation
internal import HummingbirdCore
internal import MeshModel

/// The parameters of a request, of which none is unknown, none is given twice and none is too long.
struct ListQuery {
  private let values: [String: String]

  /// `names`: those that the operation has.
  init(_ uri: URI, names: Set<String>) throws(Problem) {
    let text = uri.query ?? ""
    var values: [String: String] = [:]
    var mistakes: [Problem.Mistake] = []
    guard text.utf8.count <= Self.maximumBytes else { throw .invalid("the query is too long") }
    for part in text.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.decoded(pair[0]) ?? String(pair[0])
      let shown = String(name.prefix(Self.shownCharacters))
      guard names.contains(name) else {
        mistakes.append(.init(at: shown, detail: "there is no such parameter"))
        continue
      }
      guard let value = pair.count == 2 ? Self.decoded(pair[1]) : nil, !value.isEmpty else {
        mistakes.append(.init(at: shown, detail: "it has no value that is text"))
        continue
      }
      if values.updateValue(value, forKey: name) != nil {
        mistakes.append(.init(at: shown, detail: "it is given twice"))
      }
      if mistakes.count >= Self.maximumMistakes { break }
    }
    guard mistakes.isEmpty else {
      throw .invalid(
        names.isEmpty
          ? "it takes no parameters"
          : "parameters are \(names.sorted().joined(separator: ", ")); each once, and with a value",
        mistakes)
    }
    self.values = values
  }

  subscript(name: String) -> String? { values[name] }

  func limit() throws(Problem) -> Int {
    guard let text = values["limit"] else { return Self.usualLimit }
    guard let limit = Int(text), (1...Self.maximumLimit).contains(limit) else {
      throw Self.wrong("limit", "it must be a number from 1 to \(Self.maximumLimit)")
    }
    return limit
  }

  /// An instant, in RFC 3339 with a time zone.
  func instant(_ name: String) throws(Problem) -> Timestamp? {
    guard let text = values[name] else { return nil }
    guard let instant = Timestamp(rfc3339: text) else {
      throw Self.wrong(name, "it must be an instant such as 2026-01-31T12:00:00Z")
    }
    return instant
  }

  func choice(_ name: String, of choices: [String]) throws(Problem) -> String? {
    guard let text = values[name] else { return nil }
    guard choices.contains(text) else {
      throw Self.wrong(name, "it must be one of \(choices.joined(separator: ", "))")
    }
    return text
  }

  /// A position in a list that is made anew each time.
  func position() throws(Problem) -> Int {
    guard let text = values["after"] else { return 0 }
    guard let position = Int(text), (0...Self.maximumPosition).contains(position) else {
      throw Self.badCursor
    }
    return position
  }

  static func wrong(_ name: String, _ detail: String) -> Problem {
    .invalid("'\(name)' is not understood: \(detail)", [.init(at: name, detail: detail)])
  }

  static let badCursor = wrong("after", "it must be what 'next' of the page before was")
  /// What every list takes.
  static let paging: Set<String> = ["limit", "after"]

  private static func decoded(_ text: Substring) -> String? {
    text.replacing("+", with: " ").removingPercentEncoding
  }

  private static let usualLimit = 100
  private static let maximumLimit = 500
  private static let maximumBytes = 8_192
  private static let maximumMistakes = 16
  private static let shownCharacters = 100
  /// More than any list has.
  private static let maximumPosition = 1_000_000
}
