/// What is done to a subject. Of its own requests: throttle, reroute, quarantine, in rising order.
/// Tightening is about the requests it gets, and stands beside any of them.
package enum Stage: Hashable, Sendable, Codable {
  case throttle(Rate)
  /// A cluster of the proxies' own configuration answers in place of what the subject calls.
  case reroute(to: ClusterName)
  case quarantine
  /// The subject's own proxies refuse peers that show no certificate.
  case tightenMTLS

  package var name: String {
    switch self {
    case .throttle: "throttle"
    case .reroute: "reroute"
    case .quarantine: "quarantine"
    case .tightenMTLS: "tighten-mtls"
    }
  }

  /// The filter that enforces this stage.
  package var filter: Filter {
    switch self {
    case .throttle: .throttle
    case .reroute: .route
    case .quarantine, .tightenMTLS: .rbac
    }
  }

  /// Whether no single reporter may bring it about: it keeps requests from where they were sent.
  package var needsTwoWitnesses: Bool {
    switch self {
    case .throttle: false
    case .reroute, .quarantine, .tightenMTLS: true
    }
  }

  /// Whether it presses harder on the same requests; of two kinds about different ones neither does.
  package func isHarder(than other: Stage) -> Bool {
    guard let own = pressure, let others = other.pressure else { return false }
    return own > others
  }

  /// Nil for what does not press on the subject's own requests.
  private var pressure: Int? {
    switch self {
    case .throttle: 0
    case .reroute: 1
    case .quarantine: 2
    case .tightenMTLS: nil
    }
  }
}
