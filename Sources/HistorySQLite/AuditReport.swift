/// What became of a check of a history.
package struct AuditReport: Hashable, Sendable {
  package private(set) var records: UInt64 = 0
  /// Of these, without text by the terms of keeping.
  package var pruned: UInt64 = 0
  package var actions = 0
  /// Distinct checkpoints whose signature and root are right.
  package var checkpoints = 0
  /// Entries of the file outside that are no notes: a crash while writing leaves one.
  package var unreadable = 0
  /// The size of the largest checkpoint that agrees; what is younger nobody vouches for yet.
  package var covered: UInt64 = 0
  package private(set) var findings: [AuditFinding] = []
  /// Findings beyond those that are kept.
  package private(set) var more = 0

  package var isGood: Bool { findings.isEmpty }

  mutating func add(_ finding: AuditFinding) {
    if findings.count < Self.maximumFindings { findings.append(finding) } else { more += 1 }
  }

  mutating func countRecord() { records += 1 }

  /// Who alters everything is told so a hundred times.
  private static let maximumFindings = 100
}
