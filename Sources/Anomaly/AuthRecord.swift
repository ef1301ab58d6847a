internal import MeshModel

/// Authentication failures towards one destination, counted apart on each side of the request.
///
/// The caller's sidecar and the called one see the same requests, so each side has its own window:
/// nothing counts twice, and what both sides saw is the smaller of the two.
struct AuthRecord: Sendable {
  private var source = EventWindow(seconds: ScoringBounds.authWindowSeconds)
  private var destination = EventWindow(seconds: ScoringBounds.authWindowSeconds)
  private let ownDestination: Bool
  private(set) var lastSeen = Timestamp(microseconds: .min)

  /// `ownDestination`: the subject called itself, so both sides are one witness.
  init(ownDestination: Bool) {
    self.ownDestination = ownDestination
  }

  mutating func add(authenticated: Bool, at start: Timestamp, _ vantage: Vantage) {
    lastSeen = max(lastSeen, start)
    let counter: WritableKeyPath<EventWindow.Bucket, UInt16> =
      authenticated ? \.successes : \.failures
    switch vantage {
    case .source: source.add(counter, at: start.second)
    case .destination, .gateway: destination.add(counter, at: start.second)
    }
  }

  func level(at second: Int64) -> SubjectRecord.Level {
    let seenBySource = AuthFailureBucket.score(
      level: AuthFailureBucket.level(in: source, at: second))
    let seenByDestination = AuthFailureBucket.score(
      level: AuthFailureBucket.level(in: destination, at: second))
    return SubjectRecord.Level(
      score: max(seenBySource, seenByDestination),
      corroborated: ownDestination ? 0 : min(seenBySource, seenByDestination))
  }

  func loudest(at second: Int64) -> EventWindow {
    AuthFailureBucket.level(in: source, at: second)
      >= AuthFailureBucket.level(in: destination, at: second) ? source : destination
  }
}
