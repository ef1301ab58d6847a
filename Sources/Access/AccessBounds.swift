/// How much is looked at and kept of what callers hand in, and why that much.
package enum AccessBounds {
  /// Bytes of a credential in a header: a token has 94, a cookie less.
  static let credentialBytes = 256
  /// Bytes of an operator's name: an address of a mailbox may have 254.
  static let nameBytes = 254
  /// Bytes of a namespace: those of a Kubernetes object's name.
  static let namespaceBytes = 253
  /// Grants of an operator or a token, and namespaces of a grant.
  package static let grants = 64
  package static let namespaces = 256
  /// Tokens of the token file, and operators of the configuration: what their files have room for.
  package static let tokens = 500
  package static let operators = 500
  /// Seconds a token may live: a year and a month, so that a yearly round can replace it in time.
  package static let tokenSeconds: Int64 = 400 * 86_400
  /// Sessions at once, and those of one operator, the oldest of whose then ends.
  static let sessions = 4_096
  static let sessionsPerOperator = 16
  /// Milliseconds a session lives without a request, and at most.
  package static let sessionIdleMilliseconds: Int64 = 30 * 60_000
  package static let sessionMilliseconds: Int64 = 12 * 3_600_000
  /// Failed logins of one address: a person who pastes the wrong token, and no more log lines.
  static let failuresPerSecond = 0.2
  static let failuresAtOnce = 10.0
  /// Requests of one address without a login: a login page and what it is made of.
  static let strangersPerSecond = 5.0
  static let strangersAtOnce = 60.0
  /// Requests of one operator: a console with several pages open, a script that polls.
  static let requestsPerSecond = 50.0
  static let requestsAtOnce = 200.0
  /// Callers that are told apart when requests are counted.
  static let callers = 4_096
}
