/// Why an access log entry was not scored; the raw value is its metric label.
package enum Rejection: String, Error, Hashable, Sendable, CaseIterable {
  /// Not a protobuf message; a message whose own framing breaks counts once for all that follows.
  case malformed
  /// Written before the request ended; the final entry follows.
  case notFinal = "not_final"
  /// An inbound request without exactly one peer identity.
  case noPeerIdentity = "no_peer_identity"
  case foreignTrustDomain = "foreign_trust_domain"
  /// One message speaks of more callers and hosts than a stream remembers.
  case tooManyNames = "too_many_names"
  /// One message holds more entries than a proxy sends.
  case tooManyEntries = "too_many_entries"
  /// A log record with more attributes than an access log has.
  case tooManyAttributes = "too_many_attributes"
  /// A log record of another proxy than its sender's: nobody vouches for others.
  case notOwn = "not_own"
  /// A log record that speaks of no request and no connection.
  case noRequest = "no_request"
  /// A log record that tells neither by name nor by direction which listener it comes from.
  case unknownListener = "unknown_listener"
  /// A log record of an ingress listener, from one who is no gateway.
  case notGateway = "not_gateway"
  /// A request of the controller itself: its probes are proofs, and nobody's traffic.
  case own
  /// A request of an identity that belongs to the self-test.
  case reserved
  /// A request that an action of ours was to send elsewhere, and that came nowhere.
  case ownEffect = "own_effect"
  /// A request from outside the mesh, over something that has no address.
  case noClientAddress = "no_client_address"
}
