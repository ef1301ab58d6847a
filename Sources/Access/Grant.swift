/// A role, and where it holds.
package struct Grant: Hashable, Sendable {
  package let role: Role
  package let namespaces: Namespaces

  package init(_ role: Role, in namespaces: Namespaces) {
    self.role = role
    self.namespaces = namespaces
  }

  func allows(_ least: Role, in namespace: String?) -> Bool {
    role >= least && namespaces.contains(namespace)
  }
}

extension [Grant] {
  /// What both allow: a token never has more than its operator, whatever its file says.
  func intersection(_ others: [Grant]) -> [Grant] {
    var common: [Grant] = []
    for grant in self {
      for other in others {
        let namespaces = grant.namespaces.intersection(other.namespaces)
        let both = Grant(Swift.min(grant.role, other.role), in: namespaces)
        if !namespaces.isEmpty, !common.contains(both) { common.append(both) }
      }
    }
    return common
  }
}
