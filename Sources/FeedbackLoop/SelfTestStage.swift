/// The parts of the loop that the self-test goes through, in this order.
package enum SelfTestStage: String, Hashable, Comparable, Sendable, Codable, CaseIterable {
  /// The offender's requests are read as access logs are, and proxies report at all.
  case sense
  /// The scorer finds the offender.
  case score
  /// The decision core answers with a quarantine.
  case decide
  /// The history holds the intent.
  case record
  /// Every proxy accepts the rule.
  case act
  /// Probes are denied in the action's name.
  case verify
  /// Every proxy accepts that the rule is gone, and none still denies.
  case release

  package static func < (left: SelfTestStage, right: SelfTestStage) -> Bool {
    left.position < right.position
  }

  var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Nil after the last.
  var next: SelfTestStage? { Self.allCases.dropFirst(position + 1).first }

  /// Milliseconds in which the stage must be reached once the one before it was. Those after the
  /// decision are together less than the time to live of the test's rule.
  package var deadlineMilliseconds: Int64 {
    switch self {
    case .sense: 2_000
    case .score: 5_000
    // One step of the decision core.
    case .decide: 1_000
    case .record: LoopLimits.recordMilliseconds + 1_000
    // Two attempts, which prove acceptance and behaviour together, and the tick that judges them.
    case .act, .verify: SelfTestTerms.withinMilliseconds * Int64(LoopLimits.attempts) + 1_000
    // One period to accept, and one to be seen; a third for those that are slow.
    case .release: SelfTestTerms.withinMilliseconds * 3
    }
  }

  /// What to do when the loop is dead here.
  package var remedy: String {
    switch self {
    case .sense:
      "see whether proxies send their access logs: 'flyball get nodes', column LOGS"
    case .score:
      "see whether flyball_entries_waiting grows; start Flyball again, and report it with the log"
    case .decide: "start Flyball again, and report it with the history: it is a fault of Flyball"
    case .record: "mend the history's disk, then start Flyball again"
    case .act:
      "see that the proxies it names are attached and take the filters: 'flyball get nodes'"
    case .verify:
      "see that the proxies it names answer at their 'probe' address and send their access logs"
    case .release:
      "see what the proxies it names hold: 'flyball get nodes'; the rule ends by itself in a minute"
    }
  }
}
