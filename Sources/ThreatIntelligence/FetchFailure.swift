/// Why there is no version of a feed to look at.
package enum FetchFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Says why, in the client's words.
  case unreachable(String)
  /// Its address, or one that it leads to, is private and not allowed.
  case forbidden
  /// The server answered, and not with the feed.
  case status(Int)
  /// More bytes than `ThreatLimits.feedBytes`, or of one JSON document `ThreatLimits.documentBytes`.
  case tooLarge
  /// Not what its reader can make entries of; says why.
  case unreadable(String)

  package var description: String {
    switch self {
    case .unreachable(let why): "it cannot be reached: \(why)"
    case .forbidden: "its address is private, and not among threats.allowAddresses"
    case .status(let status): "the server answered \(status)"
    case .tooLarge:
      "more than \(ThreatLimits.feedBytes) bytes, or \(ThreatLimits.documentBytes) of one JSON document"
    case .unreadable(let why): why
    }
  }
}
