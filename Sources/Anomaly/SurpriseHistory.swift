/// How rare a surprise is among the ones before it.
///
/// If surprises come in any order equally likely, the share of them that are at least as large is a
/// p-value. A share cannot tell the very rare from the rare, so the ten largest are taken to have an
/// exponential tail: with k excesses over the next largest, of sum s, a new one that exceeds it does
/// so by more than x with probability (1 + x/s)^-k, whatever the scale of the tail. Multiplied by
/// the probability of exceeding it at all, that is a p-value for such tails; where tails are heavier,
/// an optimistic one.
///
/// Ties count half. That makes the p-value the mean of one that breaks ties by lot, and since
/// `evidence` is convex, it stays at most 1 on average.
///
/// Sources: Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World" (2005) for ranks;
/// Siffer and others, "Anomaly Detection in Streams with Extreme Value Theory" (2017) for peaks over
/// a threshold; Vovk and Wang, "E-values: calibration, combination and applications" (2021).
struct SurpriseHistory: Sendable {
  /// Single precision halves the memory, and tells apart what differs by a millionth.
  private var past = SlidingSample<Float>(limit: ScoringBounds.seriesSurprises)

  /// Surprises before there is anything to rank among.
  private static let leastSurprises = 10
  /// Surprises of the tail, which is at most a tenth of all, and at least two.
  private static let tailSize = 10
  /// So that one surprise, however large, has a finite weight.
  private static let leastPValue = 1e-12

  /// The p-value of `surprise` among the ones before, which it then joins; 1 while there are few.
  /// A surprise is not negative, and may be infinite.
  mutating func rank(_ surprise: Double) -> Double {
    let surprise = Float(min(surprise, Double(Float.greatestFiniteMagnitude)))
    defer { past.insert(surprise) }
    guard past.count >= Self.leastSurprises else { return 1 }
    return min(max(pValue(of: surprise), Self.leastPValue), 1)
  }

  /// What a p-value says against its hypothesis, which allows 1 on average.
  static func evidence(_ pValue: Double) -> Double {
    1 / (2 * pValue.squareRoot())
  }

  private func pValue(of surprise: Float) -> Double {
    let greater = past.countAbove(surprise)
    let equal = past.count - greater - past.countBelow(surprise)
    let above = Double(greater) + Double(equal) / 2
    let rank = (above + 1) / Double(past.count + 1)
    let size = min(Self.tailSize, past.count / 10)
    guard size >= 2, above < Double(size) else { return rank }
    let start = past.sorted[past.count - size - 1]
    var sum = 0.0
    for one in past.sorted.suffix(size) { sum += Double(one) - Double(start) }
    guard surprise > start, sum > 0 else { return rank }
    let ratio = 1 + (Double(surprise) - Double(start)) / sum
    var pValue = Double(size + 1) / Double(past.count + 1)
    for _ in 0..<size { pValue /= ratio }
    return pValue
  }
}
