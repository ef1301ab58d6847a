internal import MeshModel

/// The kind of listener an access log comes from, told by the log name of its stream.
package enum Listener: String, Hashable, Sendable, CaseIterable {
  case inbound = "flyball.inbound"
  case outbound = "flyball.outbound"
  case ingress = "flyball.ingress"

  var vantage: Vantage {
    switch self {
    case .inbound: .destination
    case .outbound: .source
    case .ingress: .gateway
    }
  }
}
