internal import Actuators
internal import ControlViews
internal import FeedbackLoop
internal import MeshModel

extension NodeView {
  init(
    _ proxy: ProxyID, _ standing: ProxyStanding, isGateway: Bool, at now: Timestamp
  ) {
    let filters = (standing.report?.filters ?? [:]).map { filter, status in
      switch status {
      case .pending: (filter.rawValue, "pending")
      case .accepted: (filter.rawValue, "accepted")
      case .rejected(let text): (filter.rawValue, "rejected: \(text)")
      }
    }
    self.init(
      node: proxy.node, principal: proxy.principal.description, attached: standing.isAttached,
      reporting: standing.isReporting, gateway: isGateway, logStreams: standing.logStreams,
      dropped: standing.dropped, lossy: standing.lossyUntil.map { now < $0 } ?? false,
      version: standing.report?.build?.version.description,
      incapacities: standing.report?.incapacities ?? [:],
      filters: Dictionary(uniqueKeysWithValues: filters))
  }
}
