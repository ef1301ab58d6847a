package import MeshModel

/// How the loop tests itself.
package struct SelfTestTerms: Hashable, Sendable {
  /// The offender that does not exist.
  package var subject: SPIFFEID
  /// From the end of a test that passed to the beginning of the next.
  package var everyMilliseconds: Int64
  /// Proxies whose live configuration can be read.
  package var readable: Set<ProxyID>

  package init(trustDomain: String, everyMilliseconds: Int64, readable: Set<ProxyID> = []) {
    subject = .selfTest(in: trustDomain)
    self.everyMilliseconds = everyMilliseconds
    self.readable = readable
  }

  package static let defaultEveryMilliseconds: Int64 = 3_600_000
  /// Above what a test takes when nothing is wrong.
  package static let leastEveryMilliseconds: Int64 = 10_000
  /// Milliseconds after the start before the first test: proxies need time to find us again.
  static let firstMilliseconds = LoopLimits.vanishedMilliseconds
  /// Milliseconds to the next test after one that failed, and after one that was broken off.
  static let afterFailureMilliseconds: Int64 = 300_000
  static let afterBreakMilliseconds: Int64 = 60_000
  /// The time that every proxy has to accept the rule and to show it.
  static let withinMilliseconds: Int64 = 5_000
  /// Proxies that are all asked in that time; of more, silence tells nothing about one.
  static let surelyProbed = 100
  /// From the intent to the deadline inside every proxy, however the test ends.
  static let ttlMilliseconds: Int64 = 60_000
}

extension ResponsePolicy {
  /// What answers the self-test's offender, and nobody else. No file can have this name.
  static let selfTest = ResponsePolicy(
    name: selfTestName, matches: [ScoreMatch(detector: .lateralMovement, above: 0.99)],
    steps: [PolicyStep(stage: .quarantine)],
    verify: VerifyTerms(
      withinMilliseconds: SelfTestTerms.withinMilliseconds, onFailure: .revert, onHarm: .keep),
    revert: RevertTerms(ttlMilliseconds: SelfTestTerms.ttlMilliseconds))

  package static let selfTestName = "(self-test)"
}

extension ActionRecord {
  /// Whether it is about the offender that does not exist; it counts for and against nothing real.
  package var isSelfTest: Bool { policy == ResponsePolicy.selfTestName }
}
