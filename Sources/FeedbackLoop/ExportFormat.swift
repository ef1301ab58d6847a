package import MeshModel

/// How records are handed to others. All formats are one record a line.
package enum ExportFormat: String, CaseIterable, Sendable {
  /// The Open Cybersecurity Schema Framework, version 1.8.0.
  case ocsf
  /// CloudEvents 1.0, structured, of those records that have a type.
  case cloudevents
  /// With a first line that names the columns; for spreadsheets, which must not run what it holds.
  case csv
  /// All that is known of a record, with its leaf's hash.
  case jsonl

  /// What stands before the first record.
  package var heading: String? {
    self == .csv
      ? "seq,time,action,subject,event,detail,intent,body_sha256,leaf_sha256" : nil
  }
}

/// A record as a format of others has it.
package struct ExportedRecord: Hashable, Sendable {
  package var number: Int64
  /// Nil of what concerns no action.
  package var subject: Subject?
  /// Nil when the format has no word for the record.
  package var line: String?

  package init(number: Int64, subject: Subject?, line: String?) {
    self.number = number
    self.subject = subject
    self.line = line
  }
}
