/// Tells a scanner from a normal caller by how its first contacts end.
///
/// A normal caller's first contact with a destination or path succeeds with probability 0.8, a
/// scanner's with 0.2. Each failed first contact multiplies the odds by 4, each successful one
/// divides them by 4, and the odds never fall below even: goodwill cannot be saved up. With both
/// error rates at 0.01 the threshold is odds of 99 to 1, so four straight failures decide.
///
/// Source: Jung, Paxson, Berger, Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis
/// Testing" (2004); the floor is that of a cumulative sum.
package enum RandomWalkTest {
  /// The score that decides.
  package static let decision = 0.99

  /// Steps of the walk at `second`: the largest excess of failures over successes that ends now.
  package static func steps(in window: EventWindow, at second: Int64) -> Int {
    var steps = 0
    window.forEachBucket(at: second) { bucket in
      steps = max(0, steps + Int(bucket.failures) - Int(bucket.successes))
    }
    return steps
  }

  /// The probability of a scanner at even prior odds, 0.5 for no steps; 0 stands for no evidence.
  package static func score(steps: Int) -> Double {
    guard steps > 0 else { return 0 }
    var odds = 1.0
    for _ in 0..<min(steps, 24) { odds *= 4 }
    return odds / (1 + odds)
  }
}
