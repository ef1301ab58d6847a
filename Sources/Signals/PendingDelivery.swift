internal import MeshModel

/// A delivery that waits for its record.
struct PendingDelivery: Hashable, Sendable {
  let sender: String
  let replayKey: String?
  let entries: [SignalEntry]
  let known: Int
  let deadline: Timestamp

  func concerns(_ ids: Set<SignalID>, of sender: String) -> Bool {
    sender == self.sender && entries.contains { ids.contains($0.key.id) }
  }
}
