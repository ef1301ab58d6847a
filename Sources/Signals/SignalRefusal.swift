/// Why one signal of a delivery is not taken.
package enum SignalRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(String)
  case wrongType(String, is: String)
  case notATime(String)
  case unknownStatus(String)
  case tooLong(String)
  case unsupportedVersion(String)
  /// A Flyball told it: what it does must not be news to it.
  case own

  package var description: String {
    switch self {
    case .missing(let name): "\(name) is missing"
    case .wrongType(let name, let kind): "\(name) must not be \(kind)"
    case .notATime(let name): "\(name) is not a time of RFC 3339"
    case .unknownStatus(let text): "status '\(text)' is not known"
    case .tooLong(let name): "\(name) is too long"
    case .unsupportedVersion(let text): "version '\(text)' is not supported"
    case .own: "it is from a Flyball, by its mark '\(OwnMark.name)'"
    }
  }
}
