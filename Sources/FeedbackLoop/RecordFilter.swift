package import MeshModel

/// Which records of the history are looked for; what is nil fits all.
package struct RecordFilter: Hashable, Sendable {
  package enum Order: Hashable, Sendable {
    /// The newest first, those below a number; nil from the newest on.
    case before(Int64?)
    /// The oldest first, those above a number.
    case after(Int64)
  }

  package var order: Order
  package var action: ActionID?
  package var event: String?
  package var since: Timestamp?
  package var until: Timestamp?

  package init(_ order: Order) {
    self.order = order
  }
}

/// A record with its number in the history.
package struct NumberedRecord: Hashable, Sendable {
  package var number: Int64
  package var at: Timestamp
  /// Nil of what concerns no action.
  package var action: ActionID?
  package var subject: Subject?
  package var event: String
  package var detail: String
  package var isIntent: Bool
  /// Whether the action has no earlier record.
  package var isFirst: Bool

  package init(
    number: Int64, at: Timestamp, action: ActionID?, subject: Subject?, event: String,
    detail: String, isIntent: Bool, isFirst: Bool
  ) {
    self.number = number
    self.at = at
    self.action = action
    self.subject = subject
    self.event = event
    self.detail = detail
    self.isIntent = isIntent
    self.isFirst = isFirst
  }
}
