package struct NodeList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var nodes: [NodeView]

  package init(nodes: [NodeView]) {
    self.nodes = nodes
  }
}
