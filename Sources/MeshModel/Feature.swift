/// What each second of an entity's requests is tested for against its reference.
package enum Feature: String, Hashable, Sendable, Codable, CaseIterable {
  // More requests of this kind than in 99 of 100 seconds of the reference.
  /// Answered with a 4xx that is neither an authentication failure nor an unknown path.
  case clientErrors = "client-errors"
  /// Answered with a 5xx, or by nobody.
  case serverFailures = "server-failures"
  /// Answered with 401, 403 or 407, not by an action of ours.
  case authFailures = "auth-failures"
  /// Answered with 404 or 405 on a path that never succeeded.
  case unknownPaths = "unknown-paths"
  /// The caller's first request to this destination.
  case newDestinations = "new-destinations"
  /// Longer than the reference's 0.99 quantile.
  case slowness
  /// Larger than any of the reference, by a quarter.
  case largeResponses = "large-responses"
  case largeRequests = "large-requests"

  // Of a second as a whole.
  /// More requests than in 99 of 100 seconds of the reference.
  case rate
  /// More than twice the requests of any second of the reference, and two.
  case surge
  /// More distinct destinations than in any second of the reference, by a half and two.
  case fanOut = "fan-out"
  /// More distinct paths than in any second of the reference, by a half and two.
  case pathSpread = "path-spread"

  // For each minute with requests.
  /// A quarter more requests than in 19 of 20 minutes of the reference.
  case sustainedRate = "sustained-rate"
  /// A half more bytes than in any minute of the reference.
  case volume
}
