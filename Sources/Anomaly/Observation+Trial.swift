internal import MeshModel

extension Observation {
  /// What the random-walk test makes of this observation; nil when it says nothing.
  ///
  /// Server errors and rate limits are the destination's doing and count neither way. An
  /// unreachable destination counts once whatever the path, so that an outage is one failure.
  var trial: (contact: UInt64, failed: Bool)? {
    switch outcome {
    case .unreachable: (destination, true)
    case .connected: (destination, false)
    case .answered(let status, _):
      switch status {
      case 200..<400: (contact, false)
      case 403, 404, 405: (contact, true)
      default: nil
      }
    case .denied, .limited, .rerouted: nil
    }
  }

  /// Whether the request authenticated; nil when the outcome does not tell.
  var authenticated: Bool? {
    guard case .answered(let status, _) = outcome else { return nil }
    switch status {
    case 401, 403, 407: return false
    case 200..<400: return true
    default: return nil
    }
  }

  /// A destination with a path.
  var contact: UInt64 { destination ^ (path &<< 31 | path &>> 33) }
}
