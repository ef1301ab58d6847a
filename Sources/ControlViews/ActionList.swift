package struct ActionList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var actions: [ActionView]

  package init(actions: [ActionView]) {
    self.actions = actions
  }
}
