package struct ActionList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var actions: [ActionView]
  package var next: String?

  package init(actions: [ActionView], next: String?) {
    self.actions = actions
    self.next = next
  }
}
