/// What one receiver is owed, as far as it outlives a process.
///
/// Everything after `readUpTo`, and of what came before only what still waits: what was told is not
/// told again because something else was not.
package struct NoticeAccount: Hashable, Sendable, Codable {
  /// All notices of records up to this one were given to the outbox.
  package var readUpTo: Int64
  /// By the ids of notices that wait, the numbers of their records; as many as a queue holds.
  package var owed: [String: Int64]

  package init(readUpTo: Int64 = 0, owed: [String: Int64] = [:]) {
    self.readUpTo = readUpTo
    self.owed = owed
  }

  /// The record after which the history must be read to find all that is owed.
  package var cursor: Int64 { min(readUpTo, (owed.values.min() ?? .max) - 1) }
}
