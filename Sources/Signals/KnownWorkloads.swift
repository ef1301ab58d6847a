package import MeshModel

/// The identities of the mesh, and the pods that hold them, as its proxies showed them.
package struct KnownWorkloads: Hashable, Sendable {
  package struct Name: Hashable, Sendable {
    package let namespace: String
    package let name: String

    package init(namespace: String, name: String) {
      self.namespace = namespace
      self.name = name
    }
  }

  private let identities: Set<SPIFFEID>
  private let pods: [Name: Set<SPIFFEID>]
  private let accounts: [Name: Set<SPIFFEID>]

  package init(identities: Set<SPIFFEID>, pods: [Name: Set<SPIFFEID>]) {
    self.identities = identities
    self.pods = pods
    var accounts: [Name: Set<SPIFFEID>] = [:]
    for identity in identities {
      let segments = identity.path.split(separator: "/")
      guard segments.count == 4, segments[0] == "ns", segments[2] == "sa" else { continue }
      let name = Name(namespace: String(segments[1]), name: String(segments[3]))
      accounts[name, default: []].insert(identity)
    }
    self.accounts = accounts
  }

  func contains(_ identity: SPIFFEID) -> Bool { identities.contains(identity) }

  func holders(ofPod name: Name) -> Set<SPIFFEID> { pods[name] ?? [] }

  /// Those of the account in every trust domain.
  func holders(ofAccount name: Name) -> Set<SPIFFEID> { accounts[name] ?? [] }
}
