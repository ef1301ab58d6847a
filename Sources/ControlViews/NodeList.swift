package struct NodeList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var nodes: [NodeView]
  package var next: String?

  package init(nodes: [NodeView], next: String?) {
    self.nodes = nodes
    self.next = next
  }
}
