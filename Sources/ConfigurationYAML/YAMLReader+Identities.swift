internal import MeshModel
internal import YAMLNodes
internal import Yams

extension YAMLReader {
  /// With a trust domain, only patterns of that one.
  mutating func patterns(
    _ node: Node?, _ what: String, of trustDomain: String? = nil
  ) -> [SPIFFEPattern] {
    list(node, what).compactMap { item in
      guard let text = text(item, what) else { return nil }
      do {
        let pattern = try SPIFFEPattern(parsing: text)
        refuseForeign(text, pattern.trustDomain, trustDomain, at: item)
        if let identity = try? SPIFFEID(parsing: text) {  // A prefix may cover it and others.
          refuseReserved(identity, at: item)
        }
        return pattern
      } catch {
        fail("'\(text)' is no SPIFFE ID, nor one that ends in *", at: item)
        return nil
      }
    }
  }

  /// The self-test would cut it off.
  mutating func refuseReserved(_ identity: SPIFFEID, at node: Node) {
    guard identity.isReserved else { return }
    fail("'\(identity)' is kept for Flyball's self-test: no workload may have it", at: node)
  }

  /// Only certificates of the mesh's own trust domain are let in, so another's means nobody.
  mutating func refuseForeign(
    _ text: String, _ trustDomain: String, _ own: String?, at node: Node
  ) {
    guard let own, trustDomain != own else { return }
    fail(
      "'\(text)' is of trust domain '\(trustDomain)', not of mesh.trustDomain '\(own)'", at: node)
  }
}
