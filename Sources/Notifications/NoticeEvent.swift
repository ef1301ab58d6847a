/// What happens to an outbox.
package enum NoticeEvent: Hashable, Sendable {
  /// Something happened; the number of the history's record that says so, or nil where none does.
  case notice(Notice, record: Int64?)
  /// Something is still so: for receivers that are reminded.
  case reminder(Notice)
  /// The notices of all records up to this one were given.
  case read(upTo: Int64)
  case sent(receiver: String, noticeID: String, attempt: Int, SendOutcome)
  case tick
}
