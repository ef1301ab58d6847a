package import MeshModel

/// That an entry is not to be taken as it was before.
package struct Withdrawal: Hashable, Sendable, Codable, Comparable {
  /// When its feed says that it changed, if it does.
  package let modified: Timestamp?
  /// When the version that says so was read.
  package let readAt: Timestamp

  package init(modified: Timestamp?, readAt: Timestamp) {
    self.modified = modified
    self.readAt = readAt
  }

  package static func < (one: Withdrawal, other: Withdrawal) -> Bool {
    let earliest = Timestamp(microseconds: .min)
    return (one.modified ?? earliest, one.readAt) < (other.modified ?? earliest, other.readAt)
  }
}
