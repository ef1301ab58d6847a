/// What an outbox wants done.
package enum NoticeEffect: Hashable, Sendable {
  /// To be answered by `sent`. The first attempt is 1.
  case send(Notice, to: String, attempt: Int)
  case dead(DeadLetter)
}
