package import MeshModel

/// Which actions are looked for; what is nil fits all. Never those of self-tests.
package struct ActionFilter: Hashable, Sendable {
  /// `open`, `closed`, or the name of one state.
  package var state: String?
  package var subject: String?
  package var policy: String?
  /// Of the proposal: from this instant on, and before that one.
  package var since: Timestamp?
  package var until: Timestamp?
  /// The action after which, from the newest to the oldest, others follow.
  package var after: Place?

  /// Where an action is in the order of the newest first.
  package struct Place: Hashable, Sendable {
    package var proposedAt: Timestamp
    package var id: ActionID

    package init(proposedAt: Timestamp, id: ActionID) {
      self.proposedAt = proposedAt
      self.id = id
    }
  }

  package init() {}
}
