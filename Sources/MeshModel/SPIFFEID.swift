/// The identity of a workload: `spiffe://<trust domain>/<path>`.
///
/// Source: the SPIFFE ID standard, sections 2.1 to 2.4 (characters, lengths, no dot segments).
package struct SPIFFEID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let trustDomain: String
  /// Begins with `/`; never empty.
  package let path: String

  package init(parsing text: String) throws(SPIFFEIDError) {
    guard text.utf8.count <= Self.maximumBytes else { throw .tooLong }
    guard text.hasPrefix(Self.scheme) else { throw .notSPIFFE }
    let rest = text.dropFirst(Self.scheme.count)
    guard let slash = rest.firstIndex(of: "/") else { throw .emptyPath }
    let domain = rest[..<slash]
    guard !domain.isEmpty, domain.utf8.count <= 255, domain.utf8.allSatisfy(Self.isDomainByte)
    else { throw .badTrustDomain }
    for segment in rest[slash...].dropFirst().split(
      separator: "/", omittingEmptySubsequences: false)
    {
      guard !segment.isEmpty, segment != ".", segment != "..",
        segment.utf8.allSatisfy(Self.isPathByte)
      else { throw .badPath }
    }
    trustDomain = String(domain)
    path = String(rest[slash...])
  }

  private init(trustDomain: String, path: String) {
    self.trustDomain = trustDomain
    self.path = path
  }

  package init(from decoder: any Decoder) throws {
    self = try SPIFFEID(parsing: decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  package var description: String { Self.scheme + trustDomain + path }

  /// The last segment of the path: by convention the service account.
  package var name: String {
    String(path.split(separator: "/").last ?? "")
  }

  /// The segment after `ns`, where the path follows Istio's `/ns/<namespace>/sa/<account>`.
  package var namespace: String? {
    let segments = path.split(separator: "/")
    guard segments.count >= 2, segments[0] == "ns" else { return nil }
    return String(segments[1])
  }

  /// Whom the self-test is about: an offender that does not exist, or with a place one of those it
  /// offends.
  package static func selfTest(in trustDomain: String, place: Int? = nil) -> SPIFFEID {
    SPIFFEID(
      trustDomain: trustDomain, path: reserved + (place.map { "/place-\($0)" } ?? ""))
  }

  /// Whether it belongs to the self-test, so that no workload may have it: whoever could bear it
  /// would be cut off every now and then.
  package var isReserved: Bool {
    path.hasPrefix(Self.reserved)
      && (path.utf8.count == Self.reserved.utf8.count || path.hasPrefix(Self.reserved + "/"))
  }

  package static func < (left: SPIFFEID, right: SPIFFEID) -> Bool {
    (left.trustDomain, left.path) < (right.trustDomain, right.path)
  }

  private static let reserved = "/flyball/self-test"
  private static let scheme = "spiffe://"
  private static let maximumBytes = 2048

  private static func isDomainByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}

package enum SPIFFEIDError: Error, Hashable, Sendable {
  case notSPIFFE
  case tooLong
  case badTrustDomain
  case emptyPath
  case badPath
}
