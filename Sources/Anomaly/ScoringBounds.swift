/// Every bound of the scoring state, with its unit and why it has this size.
package enum ScoringBounds {
  /// Seconds; a scan slower than four contacts in this time is not the random walk's to find.
  package static let walkWindowSeconds = 300
  /// Seconds; at the bucket's leak a full bucket has drained by then.
  package static let authWindowSeconds = 120
  /// Seconds an entry may lag behind the newest one and still land in its own bucket. Access logs
  /// are written when a request ends, so a long request arrives this late; later ones count in the
  /// current bucket.
  package static let latenessSeconds: Int64 = 8
  /// Subjects a shard remembers; past it the one not seen for longest is forgotten.
  package static let subjects = 10_000
  /// Subjects that one reporter's word made a shard remember.
  package static let subjectsPerReporter = 1_000
  /// First contacts remembered for one side of one subject; past it the oldest is forgotten.
  package static let trialsPerSubject = 512
  /// Destinations with an auth-failure bucket for one subject; past it the quietest is forgotten.
  package static let destinationsPerSubject = 64
  /// Reporters named in a detection.
  package static let witnesses = 16
  /// Microseconds before an unchanged detection is reported again.
  package static let repeatMicroseconds: Int64 = 1_000_000
}
