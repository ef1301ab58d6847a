package import MeshModel

/// The deliveries of the last minutes, so that a copy of one is known as such.
///
/// A signature holds for five minutes either side of its stamp: after ten no copy passes, and a
/// delivery is forgotten. When it is full nothing new is let in: what made room for it could be
/// sent again.
package struct ReplayWindow: Sendable {
  private var seen: [Key: Timestamp] = [:]
  private let capacity: Int

  private struct Key: Hashable, Sendable {
    let sender: String
    let id: String
  }

  package init(capacity: Int) {
    self.capacity = capacity
  }

  package var count: Int { seen.count }
  package var isFull: Bool { seen.count >= capacity }

  package func contains(_ id: String, of sender: String, at now: Timestamp) -> Bool {
    seen[Key(sender: sender, id: id)].map { now < $0 } ?? false
  }

  package mutating func remember(_ id: String, of sender: String, at now: Timestamp) {
    let key = Key(sender: sender, id: id)
    guard seen[key] != nil || !isFull else { return }
    // A second more, for stamps have no fractions.
    seen[key] = now.adding(milliseconds: (2 * SignalBounds.toleranceSeconds + 1) * 1_000)
  }

  package mutating func forget(at now: Timestamp) {
    seen = seen.filter { now < $0.value }
  }
}
