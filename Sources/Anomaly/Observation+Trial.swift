internal import MeshModel

extension Observation {
  /// What the random-walk test makes of this observation; nil when it says nothing.
  ///
  /// Server errors and rate limits are the destination's doing and count neither way. An
  /// unreachable destination counts once whatever the path, so that an outage is one failure.
  var trial: (key: UInt64, failed: Bool)? {
    switch outcome {
    case .unreachable: vantage == .source ? (contactKey(path: ""), true) : nil
    case .connected: (contactKey(path: ""), false)
    case .answered(let status, _):
      switch status {
      case 200..<400: (contactKey(path: path), false)
      case 403, 404, 405: (contactKey(path: path), true)
      default: nil
      }
    case .denied, .limited: nil
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

  private func contactKey(path: String) -> UInt64 {
    var hash = StableHash()
    switch destination {
    case .workload(let identity): hash.combine(identity.description)
    case .unresolved(let name): hash.combine(name)
    }
    hash.combine(path)
    return hash.value
  }
}
