package import MeshModel

/// Why an indicator is not taken, whoever brings it.
package enum Exclusion: Hashable, Sendable, CustomStringConvertible {
  /// It meets addresses that are private, of this machine, of a link, of a group, or of nobody.
  case reservedRange(IPPrefix)
  /// It meets addresses that the configuration protects.
  case protectedRange(IPPrefix)
  /// A block this short takes in too large a part of all addresses.
  case tooWide(length: Int, shortest: Int)
  /// It would match every name under a top-level domain.
  case topLevelDomain
  /// It is, holds, or lies below a name that means something only here.
  case localName(DomainName)
  /// The same of a name that the configuration protects.
  case protectedName(DomainName)

  package var description: String {
    switch self {
    case .reservedRange(let range): "meets the reserved range \(range)"
    case .protectedRange(let range): "meets the protected range \(range)"
    case .tooWide(let length, let shortest):
      "a length of \(length) takes in too many addresses, the shortest is \(shortest)"
    case .topLevelDomain: "would match every name under a top-level domain"
    case .localName(let name): "meets the local name \(name)"
    case .protectedName(let name): "meets the protected name \(name)"
    }
  }
}
