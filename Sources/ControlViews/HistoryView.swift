/// One record of the history.
package struct HistoryView: Codable, Equatable, Sendable {
  package var record: Int64
  /// RFC 3339 in UTC.
  package var at: String
  /// Microseconds since 1970.
  package var microseconds: Int64
  package var action: String?
  package var event: String
  package var detail: String
  /// Whether it was durable before what it announces was done.
  package var intent: Bool

  package init(
    record: Int64, at: String, microseconds: Int64, action: String?, event: String, detail: String,
    intent: Bool
  ) {
    self.record = record
    self.at = at
    self.microseconds = microseconds
    self.action = action
    self.event = event
    self.detail = detail
    self.intent = intent
  }
}
