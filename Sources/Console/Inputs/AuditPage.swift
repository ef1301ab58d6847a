package import ControlViews
package import MeshModel

/// Lines of the history, and whether its chain holds.
package struct AuditPage: Sendable {
  package var lines: [HistoryView]
  package var filter: Filter
  /// Where the next page begins; nil at the end.
  package var next: String?
  package var chain: Chain

  /// Empty text for any.
  package struct Filter: Sendable, Equatable {
    package var action: String
    package var event: String

    package init(action: String = "", event: String = "") {
      self.action = action
      self.event = event
    }

    var fields: [(String, String)] {
      [("action", action), ("event", event)].filter { !$0.1.isEmpty }
    }
  }

  package struct Chain: Sendable {
    /// Records under the latest signed checkpoint; nil before the first.
    package var size: UInt64?
    package var signedAt: Timestamp?
    /// Why checkpoints fail.
    package var problem: String?

    package init(size: UInt64?, signedAt: Timestamp?, problem: String?) {
      self.size = size
      self.signedAt = signedAt
      self.problem = problem
    }
  }

  package init(lines: [HistoryView], filter: Filter, next: String?, chain: Chain) {
    self.lines = lines
    self.filter = filter
    self.next = next
    self.chain = chain
  }
}
