internal import RealModule

/// The exact upper confidence bound of a proportion.
///
/// Source: Clopper and Pearson, "The Use of Confidence or Fiducial Limits" (1934).
enum ClopperPearson {
  /// The lowest level of the grid at which `successes` or fewer of `trials` would be seen with
  /// probability at most `error`; `Betting.off` when there is none.
  static func upperLevel(
    successes: Int, trials: Int, error: Double, betting: borrowing Betting
  ) -> Betting.Level {
    guard trials > 0, successes < trials else { return Betting.off }
    var low = 0
    var high = betting.bounds.count
    while low < high {
      let middle = (low + high) / 2
      let tail = probability(ofAtMost: successes, in: trials, at: betting.bounds[middle])
      if tail <= error { high = middle } else { low = middle + 1 }
    }
    return Betting.Level(low)
  }

  /// The binomial distribution function, as the regularised incomplete beta function.
  static func probability(ofAtMost successes: Int, in trials: Int, at p: Double) -> Double {
    1 - incompleteBeta(p, Double(successes) + 1, Double(trials - successes))
  }

  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let front = Double.exp(
      Double.logGamma(a + b) - Double.logGamma(a) - Double.logGamma(b)
        + a * Double.log(x) + b * Double.log(onePlus: -x))
    return x < (a + 1) / (a + b + 2)
      ? front * continuedFraction(x, a, b) / a : 1 - front * continuedFraction(1 - x, b, a) / b
  }

  /// Lentz's method; converges within the square root of the larger parameter.
  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny)
    var result = d
    for index in 1...500 {
      let m = Double(index)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonZero(1 + even * d, tiny)
      c = nonZero(1 + even / c, tiny)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonZero(1 + odd * d, tiny)
      c = nonZero(1 + odd / c, tiny)
      let change = d * c
      result *= change
      if abs(change - 1) < 1e-12 { break }
    }
    return result
  }

  private static func nonZero(_ value: Double, _ tiny: Double) -> Double {
    abs(value) < tiny ? tiny : value
  }
}
