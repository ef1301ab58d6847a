/// The clocks of this machine and of the daemon.
package struct ClockFacts: Hashable, Sendable {
  package enum Synchronisation: Hashable, Sendable {
    case synchronised(errorMilliseconds: Double)
    case unsynchronised
    /// The kernel does not tell this user.
    case unknown
  }

  package var kernel: Synchronisation
  /// How far the daemon's clock, which goes on from its start by the monotonic clock, is ahead of the
  /// wall clock; nil without a daemon.
  package var daemonAheadMilliseconds: Double?

  package init(kernel: Synchronisation, daemonAheadMilliseconds: Double?) {
    self.kernel = kernel
    self.daemonAheadMilliseconds = daemonAheadMilliseconds
  }

  package var findings: [Finding] { [synchronisation, drift].compactMap(\.self) }

  private var synchronisation: Finding? {
    switch kernel {
    case .synchronised(let error):
      .ok("clock", "the kernel's clock is synchronised, to within \(Int(error.rounded(.up))) ms")
    case .unsynchronised:
      .warn(
        "clock",
        "the kernel's clock is not synchronised; proxies judge deadlines by their own clocks",
        fix: "run chrony or systemd-timesyncd, here and where the proxies are")
    case .unknown: nil
    }
  }

  private var drift: Finding? {
    guard let ahead = daemonAheadMilliseconds else { return nil }
    let by = "\(Int(abs(ahead).rounded())) ms \(ahead < 0 ? "behind" : "ahead of") the wall clock"
    let detail = "the daemon's clock is \(by)"
    let fix = "start Flyball again, so that its deadlines are those of the wall clock"
    switch abs(ahead) {
    case ..<Self.smallMilliseconds: return .ok("daemon's clock", detail)
    case ..<Self.largeMilliseconds: return .warn("daemon's clock", detail, fix: fix)
    default: return .fail("daemon's clock", detail, fix: fix)
    }
  }

  /// Far above what asking the daemon takes.
  private static let smallMilliseconds = 500.0
  /// As long as the loop waits past a deadline before it counts proxies as open again.
  private static let largeMilliseconds = 2_000.0
}
