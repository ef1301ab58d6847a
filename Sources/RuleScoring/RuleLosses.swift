package import Sigma

/// What the run of rules forgot, left out, or failed at.
package struct RuleLosses: Hashable, Sendable {
  package var correlations = CorrelationLedger()
  /// Matches of a request beyond `RuleBounds.rulesPerRequest`.
  package var unreportedMatches: UInt64 = 0
  /// Scans that failed, and found nothing for that: faults of the machine.
  package var failedScans: UInt64 = 0
}
