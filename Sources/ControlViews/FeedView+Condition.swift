extension FeedView {
  /// How it stands, in words.
  package enum Condition: String, Sendable {
    /// Its first fetch has brought nothing yet.
    case awaited = "not fetched yet"
    case empty = "holds nothing"
    /// The newest version was not taken, or could not be had.
    case keeping = "keeps an older version"
    /// No word of it came for three of its periods.
    case stale
    case current
  }

  package func condition(at microseconds: Int64) -> Condition {
    guard let age = ageSeconds(at: microseconds) else {
      return refusal == nil ? .awaited : .empty
    }
    if refusal != nil { return .keeping }
    // As the alert that is shipped has it.
    return age > everySeconds * 3 ? .stale : .current
  }

  /// Since what is held was last known to be the newest; nil while nothing is held.
  package func ageSeconds(at microseconds: Int64) -> Int64? {
    confirmedMicroseconds.map { max(0, microseconds - $0) / 1_000_000 }
  }

  /// What to do, where there is something; whoever may not be told the reason is told who may.
  package func advice(at microseconds: Int64) -> String? {
    switch condition(at: microseconds) {
    case .awaited, .current: nil
    case .stale: "look in Flyball's log for what became of its fetches"
    case .empty, .keeping: remedy ?? "ask who may see the whole mesh"
    }
  }
}
