/// The kind of listener an access log comes from, told by the log name of its stream.
package enum Listener: String, Hashable, Sendable, CaseIterable {
  case inbound = "flyball.inbound"
  case outbound = "flyball.outbound"
  case ingress = "flyball.ingress"
}
