internal import ArgumentParser
internal import ControlClient
internal import ControlViews

extension GetCommand {
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case actions
    case alerts
    case feeds
    case incidents
    case nodes
    case notices
    case policies
    case rules
    case scores
    case selfTest = "self-test"
    case services

    /// Where its JSON is; nil for parts of the status.
    var path: String? {
      switch self {
      case .actions, .alerts, .incidents, .nodes, .notices, .policies, .rules, .scores, .services:
        "/v1/\(rawValue)?limit=500"
      case .feeds, .selfTest: nil
      }
    }

    func listing(_ client: ControlClient) async throws -> Listing {
      switch self {
      case .actions: Listing(try await client.actions(), try await client.status())
      case .alerts: Listing(try await client.alerts())
      case .feeds: Listing(feedsOf: try await client.status())
      case .incidents: Listing(try await client.incidents())
      case .nodes: Listing(try await client.nodes())
      case .policies: Listing(try await client.policies())
      case .rules: Listing(try await client.rules())
      case .notices: Listing(try await client.notices())
      case .scores: Listing(try await client.scores())
      case .services: Listing(try await client.services())
      case .selfTest: Listing(try await client.status().selfTest)
      }
    }
  }
}
