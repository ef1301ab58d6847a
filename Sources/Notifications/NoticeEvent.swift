/// What happens to an outbox.
package enum NoticeEvent: Hashable, Sendable {
  case notice(Notice)
  case sent(receiver: String, noticeID: String, attempt: Int, SendOutcome)
  case tick
}
