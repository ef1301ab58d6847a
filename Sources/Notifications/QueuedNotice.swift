internal import MeshModel

/// A notice on its way to one receiver.
struct QueuedNotice: Hashable, Sendable {
  enum State: Hashable, Sendable {
    case waiting(until: Timestamp)
    case sending(deadline: Timestamp)
  }

  let notice: Notice
  /// Those made, with the one under way.
  var attempts: Int
  var state: State

  var isSending: Bool {
    switch state {
    case .waiting: false
    case .sending: true
    }
  }
}
