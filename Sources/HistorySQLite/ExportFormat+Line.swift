package import FeedbackLoop

extension ExportFormat {
  /// Nil when the format has no word for the record.
  package func line(_ record: ShownRecord) -> String? {
    switch self {
    case .ocsf: record.ocsf.line
    case .cloudevents: record.cloudEvent?.line
    case .csv: record.commaSeparated
    case .jsonl: record.json.line
    }
  }
}
