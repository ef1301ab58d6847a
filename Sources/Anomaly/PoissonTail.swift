internal import RealModule

/// The exact upper tail of a Poisson distribution.
enum PoissonTail {
  /// The probability of at least `count` events where `mean` are expected; 1 where that is no more
  /// than expected, as it is then of no interest.
  static func probability(ofAtLeast count: UInt64, mean: Double) -> Double {
    let count = Double(count)
    guard count > mean else { return 1 }
    guard mean > 0 else { return 0 }
    var term = Double.exp(count * Double.log(mean) - mean - Double.logGamma(count + 1))
    var sum = term
    var next = count
    // Above the mean each term is smaller than the one before.
    for _ in 0..<100_000 where term > sum * 1e-15 {
      next += 1
      term *= mean / next
      sum += term
    }
    return min(sum, 1)
  }
}
