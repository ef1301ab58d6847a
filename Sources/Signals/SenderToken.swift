package import Access
package import MeshModel

/// What is kept of a token that a sender shows.
package struct SenderToken: Hashable, Sendable {
  package let id: String
  package let digest: Digest
  package let expires: Timestamp

  package init(id: String, digest: Digest, expires: Timestamp) {
    self.id = id
    self.digest = digest
    self.expires = expires
  }
}
