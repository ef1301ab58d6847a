internal import Foundation
internal import Notifications

/// What outlives a process: how far each receiver was told, and what it was not told.
///
/// Nothing else needs to: what waits is read from the history again.
struct NoticeBook: Hashable, Codable {
  /// By receiver, the last record of the history before which nothing is owed.
  var cursors: [String: Int64]
  var deadLetters: [DeadLetter]

  init(cursors: [String: Int64] = [:], deadLetters: [DeadLetter] = []) {
    self.cursors = cursors
    self.deadLetters = deadLetters
  }

  init(_ bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(NoticeBook.self, from: Data(bytes))
  }

  var bytes: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try Array(encoder.encode(self))
    }
  }

  /// Where each of these receivers goes on, given the newest record and the newest of those that are
  /// too old to be told.
  ///
  /// Who is new is told of what comes. A cursor beyond the history is of another history.
  func resumed(_ receivers: [String], newest: Int64, tooOld: Int64) -> NoticeBook {
    let known = receivers.map { name in
      let cursor = cursors[name] ?? newest
      return (name, max(cursor > newest ? 0 : cursor, tooOld))
    }
    return NoticeBook(
      cursors: Dictionary(known) { $1 },
      deadLetters: deadLetters.filter { receivers.contains($0.receiver) })
  }
}
