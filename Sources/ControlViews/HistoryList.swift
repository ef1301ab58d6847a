/// The newest records first.
package struct HistoryList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var records: [HistoryView]
  package var next: String?

  package init(records: [HistoryView], next: String?) {
    self.records = records
    self.next = next
  }
}
