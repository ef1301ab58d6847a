/// A signal among those of all senders: no sender can end what another reported.
package struct SignalKey: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let sender: String
  package let id: SignalID

  package init(sender: String, id: SignalID) {
    self.sender = sender
    self.id = id
  }

  package var description: String { "\(sender)/\(id)" }

  package static func < (left: SignalKey, right: SignalKey) -> Bool {
    (left.sender, left.id) < (right.sender, right.id)
  }
}
