internal import Access
internal import YAMLNodes
internal import Yams

/// Whom configurations and token files name, and what they grant.
extension YAMLReader {
  mutating func operatorName(_ node: Node?) -> String? {
    guard let node, let name = text(node, "an operator's name") else { return nil }
    guard Operator.isName(name) else {
      fail("'\(name)' is no operator's name: letters, digits and . _ - @ + only", at: node)
      return nil
    }
    return name
  }

  /// At least one, each with a role and where it holds.
  mutating func grants(_ node: Node?, _ what: String) -> [Grant] {
    guard let node else { return [] }
    let items = list(node, what)
    if !(1...AccessBounds.grants).contains(items.count) {
      fail("\(what) must be 1 to \(AccessBounds.grants)", at: node)
    }
    return items.prefix(AccessBounds.grants).compactMap { item in
      grant(fields(of: item, "a grant", required: ["role", "namespaces"]))
    }
  }

  mutating func grant(_ fields: [String: Node]) -> Grant? {
    let role = choice(fields["role"], "role", Role.self)
    guard let node = fields["namespaces"] else { return nil }
    if node.scalar?.string == "all" { return role.map { Grant($0, in: .all) } }
    guard node.sequence != nil else {
      fail("namespaces must be all, or a list of names", at: node)
      return nil
    }
    let items = list(node, "namespaces")
    if !(1...AccessBounds.namespaces).contains(items.count) {
      fail("namespaces must be all, or 1 to \(AccessBounds.namespaces) names", at: node)
    }
    let names = items.prefix(AccessBounds.namespaces).compactMap { item -> String? in
      guard let name = text(item, "a namespace") else { return nil }
      guard Namespaces.isName(name) else {
        fail("'\(name)' is no namespace", at: item)
        return nil
      }
      return name
    }
    return role.map { Grant($0, in: .named(Set(names))) }
  }
}
