/// One proxy: the identity its certificate proves, and the node id it gives itself.
///
/// Only `principal` is proved. `node` tells replicas of the same workload apart, and leads alerts about a
/// pod of that name to the principal; nothing else is decided by it.
package struct ProxyID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let principal: SPIFFEID
  package let node: String

  package init(principal: SPIFFEID, node: String) {
    self.principal = principal
    self.node = node
  }

  package var description: String { node.isEmpty ? principal.name : node }

  package static func < (left: ProxyID, right: ProxyID) -> Bool {
    (left.principal, left.node) < (right.principal, right.node)
  }
}
