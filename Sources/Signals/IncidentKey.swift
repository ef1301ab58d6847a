/// What makes signals one incident: the sender, whom they are about, and the name.
package enum IncidentKey: Hashable, Sendable, Codable {
  case about(sender: String, SignalAttribution, name: String)
  /// What a sender reports beyond the incidents it may have.
  case flood(sender: String)

  package var sender: String {
    switch self {
    case .about(let sender, _, _), .flood(let sender): sender
    }
  }

  package var subject: SignalAttribution {
    switch self {
    case .about(_, let attribution, _): attribution
    case .flood: .nobody
    }
  }
}
