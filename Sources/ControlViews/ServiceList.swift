package struct ServiceList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  /// When the shards were last asked; nil before.
  package var at: String?
  package var services: [ServiceView]
  package var next: String?

  package init(at: String?, services: [ServiceView], next: String?) {
    self.at = at
    self.services = services
    self.next = next
  }
}
