package import MeshModel

/// The limits over all policies, from the daemon's configuration, and the fixed bounds of the core.
package struct LoopLimits: Hashable, Sendable {
  /// Live actions against workloads, and apart from them against clients of gateways, so that clients,
  /// who cost nothing, cannot use up what workloads need.
  package var maxActive: Int
  package var maxActiveClients: Int
  /// Of the workloads that have a proxy and are not protected, how many may be acted on at once; one
  /// always may.
  package var maxActivePercent: Int
  /// Live actions against workloads of one namespace; nil for no limit of its own.
  package var maxActivePerNamespace: Int?
  /// Actions against workloads that may be started in an hour.
  package var maxActionsPerHour: Int
  /// How long a subject may be acted on without a pause before a human must decide.
  package var maxContinuousMilliseconds: Int64
  /// No enforcement's deadline is later than this after its intent.
  package var maxTTLMilliseconds: Int64
  package var protected: [SPIFFEPattern]
  /// Clients of gateways that are never subjects.
  package var protectedClients: [IPPrefix]
  /// Identities that answer for everybody behind them: never subjects, and no part of a scope.
  package var gateways: Set<SPIFFEID>
  /// The controller's own identity, which is never a subject; nil when it has none.
  package var own: SPIFFEID?
  /// Proxies that can be probed.
  package var probed: Set<ProxyID>

  package init(
    maxActive: Int = 5, maxActiveClients: Int = 100, maxActivePercent: Int = 50,
    maxActivePerNamespace: Int? = nil, maxActionsPerHour: Int = 20,
    maxContinuousMilliseconds: Int64 = 14_400_000, maxTTLMilliseconds: Int64 = 3_600_000,
    protected: [SPIFFEPattern] = [],
    protectedClients: [IPPrefix] = [], gateways: Set<SPIFFEID> = [],
    own: SPIFFEID? = nil, probed: Set<ProxyID> = []
  ) {
    self.maxActive = maxActive
    self.maxActiveClients = maxActiveClients
    self.maxActivePercent = maxActivePercent
    self.maxActivePerNamespace = maxActivePerNamespace
    self.maxActionsPerHour = maxActionsPerHour
    self.maxContinuousMilliseconds = maxContinuousMilliseconds
    self.maxTTLMilliseconds = maxTTLMilliseconds
    self.protected = protected
    self.protectedClients = protectedClients
    self.gateways = gateways
    self.own = own
    self.probed = probed
  }

  /// Loopback, link-local and unspecified addresses: the machine's own processes and probes.
  static let ownAddresses = [
    "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "::/64", "fe80::/10",
  ].compactMap { IPPrefix($0) }
  /// Milliseconds after which an unfinished durable write counts as failed.
  static let recordMilliseconds: Int64 = 5_000
  /// Milliseconds between a proxy's acknowledgement and the first request that must obey it: a
  /// configuration reaches the proxy's workers after it is acknowledged, and start times come from
  /// the proxy's clock.
  static let settleMilliseconds: Int64 = 500
  /// Milliseconds for which a proxy that dropped entries of its log covers nothing.
  static let lossyMilliseconds: Int64 = 10_000
  /// Milliseconds a vanished proxy still counts, so that a restart is not taken for a removal.
  static let vanishedMilliseconds: Int64 = 30_000
  /// Vanished proxies of one action that are remembered by name, because they may have been cut off with it.
  static let goneProxies = 64
  /// Milliseconds after which more is said of a release that stays open: every change that is sent for
  /// another action makes all proxies answer anew.
  static let openReleaseMilliseconds: Int64 = 60_000
  /// Rejections of one proxy that are written down for one stage of an action.
  static let toldRejections = 3
  /// Milliseconds a detection waits for the end of an action that cannot answer it any more.
  static let endMilliseconds: Int64 = 10_000
  /// Milliseconds past the deadline by which every proxy has reopened by itself.
  static let deadlineGraceMilliseconds: Int64 = 2_000
  /// Milliseconds a detection that calls for quarantine waits for its second witness before the
  /// lesser measure is taken: longer than the flush interval of the access logs we ship.
  static let witnessMilliseconds: Int64 = 150
  /// Milliseconds after an action ended in which its denials may still be reported: some flushes of
  /// the access logs.
  static let echoMilliseconds: Int64 = 10_000
  /// Milliseconds after which a probe without an answer is repeated: its timeout, and a second for the
  /// log.
  static let probeMilliseconds: Int64 = 2_000
  /// Probes of one proxy for one change.
  static let probes = 3
  /// Probes under way at once; each may take a second, a thread and a connection.
  package static let probesAtOnce = 16
  /// Milliseconds from which an answer to a probe is slow.
  static let slowProbeMilliseconds: Int64 = 250
  /// Verification attempts for one stage before it is rolled back.
  static let attempts = 2
  /// Milliseconds in which the same refusal is recorded once.
  static let refusalRepeatMilliseconds: Int64 = 60_000
  /// The same for an incident of alerts.
  static let alertRefusalRepeatMilliseconds: Int64 = 3_600_000
  /// Closed actions kept in memory for cooldown and display; the history keeps all.
  static let closedActions = 1_000
  /// Proxies known at once; past it new ones are ignored and said.
  static let proxies = 10_000
  /// Proxies of one identity, so that one certificate cannot take all places.
  static let proxiesPerPrincipal = 256
  /// Actions that wait for approval at once.
  static let approvals = 100
  /// Detections that wait for their second witness at once.
  static let waiting = 1_000
  /// Refusals recorded within `refusalRepeatMilliseconds`, and as many of each sender of alerts; further
  /// ones are only escalated once.
  static let refusals = 100
  /// Milliseconds from one announced deploy of a workload to the next: as long as its records may
  /// begin anew.
  static let deployMilliseconds: Int64 = 3_600_000
  /// Deploys in that time.
  static let deploys = 1_024
  /// Shadow actions live at once, apart from all others: they change no answer, but each costs every
  /// proxy a rule.
  static let shadows = 100
  /// Failed actions against one subject within its cooldown, after which a human must decide.
  static let failures = 3
  /// Actions in an hour that one reporter alone may bring about.
  static let soleWitnessActionsPerHour = 3
  /// Milliseconds for which a subject that turned bad again is held longer for it.
  static let relapseMilliseconds: Int64 = 86_400_000
  /// Each relapse doubles the time a score must stay low, up to this many times.
  static let holdDoublings = 4
  /// Requests before an action, and as many since, from which a call can be compared.
  static let comparedRequests: UInt32 = 20
  /// By how much the share of failed requests of a call must rise to count as harm: far beyond what
  /// twenty requests show by chance where a few in a hundred fail.
  static let harmedShare = 0.25
  /// Distinct callers who must be harmed before an action is lessened.
  static let harmedCallers = 2
  /// Harmed calls that are named.
  static let namedHarms = 4
  /// Milliseconds between two actions that still count as one stretch of time.
  static let continuousGapMilliseconds: Int64 = 600_000
}
