/// Who asks, and what that operator may do.
package struct WhoamiView: Codable, Equatable, Sendable {
  package struct Grant: Codable, Equatable, Sendable {
    /// viewer, operator or admin.
    package var role: String
    /// Nil for all, and for what has none.
    package var namespaces: [String]?

    package init(role: String, namespaces: [String]?) {
      self.role = role
      self.namespaces = namespaces
    }
  }

  package var schemaVersion = 1
  package var name: String
  /// How the operator is known: `uid 1000`, `token abc`, certificate or oidc.
  package var via: String
  package var grants: [Grant]
  /// Of the interface's table, those that it may do somewhere.
  package var operations: [String]

  package init(name: String, via: String, grants: [Grant], operations: [String]) {
    self.name = name
    self.via = via
    self.grants = grants
    self.operations = operations
  }
}
