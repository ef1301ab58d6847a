/// How an attempt to send went.
package enum SendOutcome: Hashable, Sendable {
  /// The receiver answered with this status, and perhaps how long to wait.
  case answered(status: Int, retryAfterSeconds: Int?)
  /// No answer: no connection, no certificate that is trusted, or no word in time.
  case unreachable
  /// Nothing was sent: the Alertmanager that is asked about silences has one for it.
  case silenced
}
