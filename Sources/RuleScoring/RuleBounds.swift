/// How much the run of rules may hold.
enum RuleBounds {
  /// Seconds without another match after which a match says nothing of its subject any more.
  static let windowSeconds: Int64 = 60
  /// Subjects with matches in each half of the memory, below 1 KiB each with one rule and some tens of
  /// KiB with as many as there may be; a full half becomes the old one.
  static let subjects = 16_384
  /// Observations that wait for the rules, some seconds' worth of a busy mesh; then the oldest are left
  /// out.
  static let waiting = 65_536
  /// Bytes of the messages they came in.
  static let waitingBytes = 64 << 20
  /// Rules of one subject; further ones of it are counted only.
  static let rulesPerSubject = 64
  /// Rules that one request is reported for, the gravest first: each costs a look-up, and who knows the
  /// rules can write a request that matches a thousand.
  static let rulesPerRequest = 64
  /// Distinct reporters that are kept of one rule's matches; two are enough to act.
  static let witnesses = 8
  /// Milliseconds between two detections of the same rule and subject that say nothing new.
  static let repeatMilliseconds: Int64 = 1_000
  /// Bytes of a path in a detection.
  static let pathBytes = 160
}
