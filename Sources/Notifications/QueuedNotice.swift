internal import MeshModel

/// A notice on its way to one receiver.
struct QueuedNotice: Hashable, Sendable {
  enum Origin: Hashable, Sendable {
    /// The number of its record, or nil where there is none.
    case happened(record: Int64?)
    /// It is tried once: the next one follows anyway.
    case reminder
  }

  enum State: Hashable, Sendable {
    case waiting(until: Timestamp)
    case sending(deadline: Timestamp)
  }

  let notice: Notice
  let origin: Origin
  /// When it came.
  let since: Timestamp
  /// Those made, with the one under way.
  var attempts = 0
  var state: State

  var isSending: Bool {
    switch state {
    case .waiting: false
    case .sending: true
    }
  }

  var isReminder: Bool { origin == .reminder }

  var record: Int64? {
    switch origin {
    case .happened(let record): record
    case .reminder: nil
    }
  }
}
