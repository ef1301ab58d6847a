/// An entry of a feed that was not taken, and why.
package struct Rejection: Hashable, Sendable, CustomStringConvertible {
  /// The entry's id, or the number of its line.
  package var id: String
  package var reason: Reason

  package enum Reason: Hashable, Sendable, CustomStringConvertible {
    /// Not what the reader of this feed can make a value of; cut to what may be shown.
    case unreadable(String)
    /// Well formed, and of a kind that is not matched; names the kind.
    case unsupported(String)
    /// Past a bound, named with its unit.
    case tooLong(String)
    case excluded(Exclusion)

    package var description: String {
      switch self {
      case .unreadable(let text): "cannot be read: \(text)"
      case .unsupported(let what): "not supported: \(what)"
      case .tooLong(let bound): "longer than \(bound)"
      case .excluded(let exclusion): exclusion.description
      }
    }
  }

  package var description: String { "\(id): \(reason)" }
}
