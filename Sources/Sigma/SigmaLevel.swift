/// How grave what a rule finds is, as its author sees it.
package enum SigmaLevel: String, Hashable, Sendable, CaseIterable, Comparable {
  case informational
  case low
  case medium
  case high
  case critical

  package static func < (left: SigmaLevel, right: SigmaLevel) -> Bool {
    left.rank < right.rank
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
