/// Why there is no version of a feed to look at.
package enum FetchFailure: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable
  /// The server answered, and not with the feed.
  case status(Int)
  /// More bytes than `ThreatLimits.feedBytes`.
  case tooLarge
  /// Not what its reader can make entries of; says why.
  case unreadable(String)

  package var description: String {
    switch self {
    case .unreachable: "the server cannot be reached"
    case .status(let status): "the server answered \(status)"
    case .tooLarge: "more than \(ThreatLimits.feedBytes) bytes"
    case .unreadable(let why): why
    }
  }
}
