internal import ArgumentParser
internal import ControlClient
internal import ControlViews

extension GetCommand {
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case actions
    case nodes
    case rules
    case notices
    case selfTest = "self-test"

    /// Where its JSON is; nil for a part of the status.
    var path: String? {
      switch self {
      case .actions: "/v1/actions?limit=500"
      case .nodes: "/v1/nodes?limit=500"
      case .rules: "/v1/rules?limit=500"
      case .notices: "/v1/notices?limit=500"
      case .selfTest: nil
      }
    }

    func listing(_ client: ControlClient) async throws -> Listing {
      switch self {
      case .actions: Listing(try await client.actions(), try await client.status())
      case .nodes: Listing(try await client.nodes())
      case .rules: Listing(try await client.rules())
      case .notices: Listing(try await client.notices())
      case .selfTest: Listing(try await client.status().selfTest)
      }
    }
  }
}
