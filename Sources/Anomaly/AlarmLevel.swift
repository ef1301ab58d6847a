/// What a departure from the reference is good for, by how rarely chance alone reaches it.
package enum AlarmLevel: String, Hashable, Sendable, CaseIterable {
  case observe
  case throttle
  case quarantine

  /// Active seconds of one entity to a false alarm, at least, while its reference holds.
  package var activeSeconds: Double {
    switch self {
    case .observe: ScoringBounds.observeLevel
    case .throttle: ScoringBounds.throttleLevel
    case .quarantine: ScoringBounds.quarantineLevel
    }
  }

  /// The same as a score.
  package var score: Double { Episode.score(activeSeconds) }
}
