/// How far the signatures follow the history.
package struct CheckpointStanding: Hashable, Sendable {
  package var records: UInt64
  /// Of these, under a signed checkpoint.
  package var signed: UInt64
  /// Of these, under a checkpoint that is outside too.
  package var exported: UInt64
  /// Why signing or exporting fails; nil where all is well.
  package var problem: String?

  package init(records: UInt64, signed: UInt64, exported: UInt64, problem: String? = nil) {
    self.records = records
    self.signed = signed
    self.exported = exported
    self.problem = problem
  }
}
