package import MeshModel

/// What the history keeps of a signal; all entries in order give the same desk again.
package struct SignalEntry: Hashable, Sendable, Codable {
  package enum Change: Hashable, Sendable, Codable {
    case began(AttributedSignal)
    /// Told again after a while, so that it stands for longer.
    case repeated
    /// As its sender dates it.
    case resolved(of: Timestamp)
    case expired
  }

  package let key: SignalKey
  package let change: Change
  package let at: Timestamp

  package init(key: SignalKey, change: Change, at: Timestamp) {
    self.key = key
    self.change = change
    self.at = at
  }
}
