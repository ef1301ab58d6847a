internal import MeshModel

/// What one proxy ships of its access log.
struct LogBatch: Sendable {
  var proxy: Int
  var entries: [LogEntry]
}

/// One side's record of one request.
struct LogEntry: Hashable, Sendable {
  enum Outcome: Hashable, Sendable {
    /// Denied here, in the name of an action.
    case denied(ActionID)
    /// Limited here, which names nobody.
    case limited
    /// Refused by the other side's proxy, which the caller's side cannot tell from the application.
    case refused
    case failed
    case succeeded
  }

  var request: UInt64
  /// By the clock of the proxy.
  var start: Timestamp
  var caller: SPIFFEID
  var destination: SPIFFEID
  var isCallersSide: Bool
  var outcome: Outcome
  /// The truth that no proxy tells: when it was sent, and whether Flyball stopped it.
  var sentAt: Timestamp
  var wasStopped: Bool
}
