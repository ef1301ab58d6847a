/// One identity, or with a final `*` every identity that begins with the text before it.
package struct SPIFFEPattern: Hashable, Sendable, Codable, CustomStringConvertible {
  package let description: String

  /// Fails for text that is neither an identity nor a `spiffe://` prefix with a trust domain and `*`.
  package init(parsing text: String) throws(SPIFFEIDError) {
    if text.hasSuffix("*") {
      // The prefix must be complete up to the path, so that `*` never widens the trust domain.
      _ = try SPIFFEID(parsing: String(text.dropLast()) + "x")
    } else {
      _ = try SPIFFEID(parsing: text)
    }
    description = text
  }

  package var trustDomain: String {
    String(description.dropFirst("spiffe://".count).prefix { $0 != "/" })
  }

  package func matches(_ identity: SPIFFEID) -> Bool {
    description.hasSuffix("*")
      ? identity.description.hasPrefix(description.dropLast())
      : identity.description == description
  }
}
