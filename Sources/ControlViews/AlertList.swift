package struct AlertList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var alerts: [AlertView]
  /// What to ask for as `after` to get what follows; nil at the end.
  package var next: String?

  package init(alerts: [AlertView], next: String?) {
    self.alerts = alerts
    self.next = next
  }
}
