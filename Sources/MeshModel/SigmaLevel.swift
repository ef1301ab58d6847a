/// How grave what a rule finds is, as its author sees it.
package enum SigmaLevel: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case informational
  case low
  case medium
  case high
  case critical

  package static func < (left: SigmaLevel, right: SigmaLevel) -> Bool {
    left.rank < right.rank
  }

  /// What a detection by such a rule scores.
  package var score: Double {
    switch self {
    case .informational: 0.2
    case .low: 0.5
    case .medium: 0.8
    case .high: 0.95
    case .critical: 0.99
    }
  }

  private var rank: Int {
    switch self {
    case .informational: 0
    case .low: 1
    case .medium: 2
    case .high: 3
    case .critical: 4
    }
  }
}
