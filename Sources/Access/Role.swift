/// What an operator may do, each role including those below it.
package enum Role: String, CaseIterable, Comparable, Sendable, Codable {
  /// Sees.
  case viewer
  /// Orders, approves and takes back.
  case `operator`
  /// What concerns everybody at once, and what shows traffic as it is.
  case admin

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .operator: 1
    case .admin: 2
    }
  }

  package static func < (left: Role, right: Role) -> Bool {
    left.rank < right.rank
  }
}
