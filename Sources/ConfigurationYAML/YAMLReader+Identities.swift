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
        return pattern
      } catch {
        fail("'\(text)' is no SPIFFE ID, nor one that ends in *", at: item)
        return nil
      }
    }
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
