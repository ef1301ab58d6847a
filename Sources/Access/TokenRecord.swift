package import MeshModel

/// What is kept of a token.
package struct TokenRecord: Hashable, Sendable {
  package let id: String
  package let `operator`: String
  package let digest: Digest
  /// What it may be used for, within what its operator may do.
  package let grants: [Grant]
  package let expires: Timestamp

  package init(
    id: String, operator name: String, digest: Digest, grants: [Grant], expires: Timestamp
  ) {
    self.id = id
    self.operator = name
    self.digest = digest
    self.grants = grants
    self.expires = expires
  }
}
