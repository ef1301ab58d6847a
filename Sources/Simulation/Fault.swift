/// A kind of fault; each run enables some of them.
package enum Fault: String, CaseIterable, Sendable {
  // The controller and its store.
  case crash
  case slowStore = "slow-store"
  /// Writes fail, and some of what failed is durable nonetheless.
  case failingStore = "failing-store"
  /// A restart finds a clock that jumped.
  case controllerClock = "controller-clock"
  case overload
  /// Policies and protected identities change.
  case reconfiguration

  // Telemetry.
  case lostLogs = "lost-logs"
  case repeatedLogs = "repeated-logs"
  case lateLogs = "late-logs"
  /// The log stream of a proxy breaks for a while.
  case brokenLogs = "broken-logs"
  /// A proxy drops entries and counts them.
  case droppedLogs = "dropped-logs"
  /// A proxy makes up failures of an innocent caller.
  case slander

  // Proxies.
  /// Accepts everything and enforces nothing.
  case lyingProxy = "lying-proxy"
  /// Accepts everything and keeps what it had.
  case stuckProxy = "stuck-proxy"
  case rejectingProxy = "rejecting-proxy"
  case laggingProxy = "lagging-proxy"
  /// Starts anew with nothing.
  case restartingProxy = "restarting-proxy"
  /// Serves on, but reaches no controller.
  case cutOffProxy = "cut-off-proxy"
  case vanishingProxy = "vanishing-proxy"
  case lateProxy = "late-proxy"
  case proxyClock = "proxy-clock"
  /// Attached without a filter of ours, or without either.
  case missingFilter = "missing-filter"

  /// Callers that did nothing fail since an action.
  case collateral
  case operators
}
