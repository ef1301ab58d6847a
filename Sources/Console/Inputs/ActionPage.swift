/// A page of the list of actions.
package struct ActionPage: Sendable {
  package var actions: [ActionFile]
  package var filter: Filter
  /// Where the next page begins; nil at the end.
  package var next: String?
  /// Whether whoever looks may order one somewhere.
  package var mayOrder: Bool

  /// Empty text for any.
  package struct Filter: Sendable, Equatable {
    package var state: String
    package var subject: String
    package var policy: String

    package init(state: String = "", subject: String = "", policy: String = "") {
      self.state = state
      self.subject = subject
      self.policy = policy
    }

    var fields: [(String, String)] {
      [("state", state), ("subject", subject), ("policy", policy)].filter { !$0.1.isEmpty }
    }
  }

  package init(actions: [ActionFile], filter: Filter, next: String?, mayOrder: Bool) {
    self.actions = actions
    self.filter = filter
    self.next = next
    self.mayOrder = mayOrder
  }
}
