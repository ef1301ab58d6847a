/// How much waits to be told.
package struct NoticeLimits: Hashable, Sendable {
  /// Notices that wait for one receiver: a day of an unreachable one, at ten an hour.
  package var queued = 256
  /// Attempts under way at one receiver, which has one connection: four at once would not make it
  /// faster.
  package var sending = 1
  /// After which an attempt whose outcome nobody told counts as unanswered.
  package var sendSeconds: Int64 = 60
  /// How long a notice waits for another receiver, whose silences hold for it, to be told first.
  package var silenceSeconds: Int64 = 15
  /// Dead letters that are kept, of all receivers; the oldest go first.
  package var deadLetters = 256

  package init() {}

  /// How often receivers are reminded of what is open.
  package static let remindSeconds: Int64 = 60
  /// What happened longer ago than this is not told any more after a restart: as long as the attempts
  /// of one notice go on.
  package static let replaySeconds: Int64 = 86_400
  /// Records read at once.
  package static let recordsPerPage = 256
  /// Open matters that receivers are reminded of.
  package static let reminded = 256
}
