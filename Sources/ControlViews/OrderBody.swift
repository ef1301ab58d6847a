/// An operator's order as it is sent.
package struct OrderBody: Codable, Equatable, Sendable {
  /// A SPIFFE ID, or `<address> at <gateway's SPIFFE ID>`.
  package var subject: String
  /// As in a policy: throttle, reroute, quarantine or tighten-mtls.
  package var action: String
  /// Requests a second, and at once; of a throttle.
  package var rate: UInt32?
  package var burst: UInt32?
  /// Of a reroute.
  package var cluster: String?
  package var seconds: Int64
  package var reason: String

  package init(subject: String, action: String, seconds: Int64, reason: String) {
    self.subject = subject
    self.action = action
    self.seconds = seconds
    self.reason = reason
  }
}
