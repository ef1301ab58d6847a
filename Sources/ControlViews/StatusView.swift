package struct StatusView: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var paused: Bool
  package var unsafe: String?
  package var historyWritable: Bool
  package var openActions: Int
  package var policies: [String]
  package var load: String
  /// Its clock, in microseconds since 1970.
  package var microseconds: Int64
  package var daemon: DaemonView
  /// Nil where the loop does not test itself.
  package var selfTest: SelfTestView?
  /// Whether somebody bears an identity that is kept for the self-test.
  package var impersonated: Bool
  /// As configured; nil without any.
  package var feeds: [FeedView]?

  package init(
    paused: Bool, unsafe: String?, historyWritable: Bool, openActions: Int, policies: [String],
    load: String, microseconds: Int64, daemon: DaemonView, selfTest: SelfTestView?,
    impersonated: Bool, feeds: [FeedView]?
  ) {
    self.paused = paused
    self.unsafe = unsafe
    self.historyWritable = historyWritable
    self.openActions = openActions
    self.policies = policies
    self.load = load
    self.microseconds = microseconds
    self.daemon = daemon
    self.selfTest = selfTest
    self.impersonated = impersonated
    self.feeds = feeds
  }
}
