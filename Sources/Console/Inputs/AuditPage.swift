package import ControlViews

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

  /// How far signatures follow the history.
  package struct Chain: Sendable {
    package var records: UInt64
    /// Of these, under a signed checkpoint, and under one that is kept outside too.
    package var signed: UInt64
    package var exported: UInt64
    /// Why signing or keeping fails.
    package var problem: String?

    package init(records: UInt64, signed: UInt64, exported: UInt64, problem: String?) {
      self.records = records
      self.signed = signed
      self.exported = exported
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
