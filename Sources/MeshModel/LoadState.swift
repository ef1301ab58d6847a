/// How far telemetry can be trusted to be complete, from best to worst.
package enum LoadState: String, Hashable, Comparable, Sendable, Codable, CaseIterable {
  case normal
  /// Telemetry waits or was shed, but none that is about a subject with an open action.
  case thinning
  /// So much was shed that silence proves nothing: no new action, no all-clear.
  case hold
  /// Scoring stands still: only what leads back to baseline goes on.
  case safe

  package static func < (left: LoadState, right: LoadState) -> Bool {
    left.severity < right.severity
  }

  package var severity: Int {
    switch self {
    case .normal: 0
    case .thinning: 1
    case .hold: 2
    case .safe: 3
    }
  }
}
