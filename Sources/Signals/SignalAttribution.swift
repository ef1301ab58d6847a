package import MeshModel

/// Whom a signal is about, as far as its labels say so. None of this is ever guessed.
package enum SignalAttribution: Hashable, Sendable, Codable, CustomStringConvertible {
  case subject(SPIFFEID)
  /// Named, and not in the mesh.
  case stranger(SPIFFEID)
  /// Sorted, and at most eight.
  case ambiguous([SPIFFEID])
  case nobody

  package var subject: SPIFFEID? {
    guard case .subject(let identity) = self else { return nil }
    return identity
  }

  package var description: String {
    switch self {
    case .subject(let identity): identity.description
    case .stranger(let identity): "\(identity), which is not in the mesh"
    case .ambiguous(let identities):
      "one of " + identities.map(\.description).joined(separator: ", ")
    case .nobody: "nobody"
    }
  }
}
