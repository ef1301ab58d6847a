/// How much waits to be told.
package struct NoticeLimits: Hashable, Sendable {
  /// Notices that wait for one receiver: a day of an unreachable one, at ten an hour.
  package var queued = 256
  /// Attempts under way at one receiver.
  package var sending = 4
  /// After which an attempt whose outcome nobody told counts as unanswered.
  package var sendSeconds: Int64 = 60
  /// Dead letters that are kept, of all receivers; the oldest go first.
  package var deadLetters = 256

  package init() {}
}
