internal import Foundation
internal import Notifications

/// What outlives a process: how far each receiver was told, and what it was not told.
///
/// Nothing else needs to: what waits is read from the history again.
struct NoticeBook: Hashable, Codable {
  /// By receiver.
  var accounts: [String: NoticeAccount]
  var deadLetters: [DeadLetter]

  init(accounts: [String: NoticeAccount] = [:], deadLetters: [DeadLetter] = []) {
    self.accounts = accounts
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
  /// Who is new is told of what comes. An account beyond the history is of another history. What is
  /// owed by name stays so, however old: it is not lost without a word.
  func resumed(_ receivers: [String], newest: Int64, tooOld: Int64) -> NoticeBook {
    let known = receivers.map { name in
      var account = accounts[name] ?? NoticeAccount(readUpTo: newest)
      if account.readUpTo > newest { account = NoticeAccount() }
      account.readUpTo = max(account.readUpTo, tooOld)
      return (name, account)
    }
    return NoticeBook(
      accounts: Dictionary(known) { $1 },
      deadLetters: deadLetters.filter { receivers.contains($0.receiver) })
  }
}
