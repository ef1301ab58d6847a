package import MeshModel

/// An operator as configured: one name for one person, and the ways it is known.
package struct OperatorEntry: Hashable, Sendable {
  package let name: String
  package let grants: [Grant]
  /// Identities in client certificates.
  package let certificates: Set<SPIFFEID>
  /// The name under which it logs in at the provider; without it, it cannot.
  package let login: String?
  /// The user on this machine, where it has another name than `name`.
  package let user: String?

  package init(
    name: String, grants: [Grant], certificates: Set<SPIFFEID> = [], login: String? = nil,
    user: String? = nil
  ) {
    self.name = name
    self.grants = grants
    self.certificates = certificates
    self.login = login
    self.user = user
  }
}
