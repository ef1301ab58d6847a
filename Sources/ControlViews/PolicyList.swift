/// In the order in which they are asked.
package struct PolicyList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var policies: [PolicyView]
  package var next: String?

  package init(policies: [PolicyView], next: String?) {
    self.policies = policies
    self.next = next
  }
}
