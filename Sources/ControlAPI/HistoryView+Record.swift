internal import ControlViews
internal import FeedbackLoop
internal import MeshModel

extension HistoryView {
  init(_ record: NumberedRecord) {
    self.init(
      record: record.number, at: record.at.rfc3339, microseconds: record.at.microseconds,
      action: record.action?.description, event: record.event, detail: record.detail,
      intent: record.isIntent)
  }
}
