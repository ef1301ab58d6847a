package import MeshModel

/// Lines of the history, and whether its chain holds.
package struct AuditView: Sendable {
  package var lines: [Line]
  package var filter: Filter
  /// Where the next page begins; nil at the end.
  package var next: String?
  package var chain: Chain

  package struct Line: Sendable {
    package var number: Int64
    package var at: Timestamp
    package var action: String?
    package var event: String
    package var detail: String

    package init(number: Int64, at: Timestamp, action: String?, event: String, detail: String) {
      self.number = number
      self.at = at
      self.action = action
      self.event = event
      self.detail = detail
    }
  }

  package struct Filter: Sendable, Equatable {
    package var action: String
    package var event: String

    package init(action: String = "", event: String = "") {
      self.action = action
      self.event = event
    }
  }

  package struct Chain: Sendable {
    /// Records under the latest signed checkpoint, and its root in hexadecimal; nil before the first.
    package var size: UInt64?
    package var root: String?
    package var signedAt: Timestamp?
    /// Why checkpoints fail.
    package var problem: String?

    package init(size: UInt64?, root: String?, signedAt: Timestamp?, problem: String?) {
      self.size = size
      self.root = root
      self.signedAt = signedAt
      self.problem = problem
    }
  }

  package init(lines: [Line], filter: Filter, next: String?, chain: Chain) {
    self.lines = lines
    self.filter = filter
    self.next = next
    self.chain = chain
  }
}
