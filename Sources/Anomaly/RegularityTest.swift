/// Tells a clock from chance by the gaps between calls.
///
/// Chance here is every process whose next gap, whatever happened before, is the less likely the
/// longer it is: Poisson calls at any rate, rates that come and go, bursts, and heavy tails (Pareto,
/// Weibull of shape at most 1, mixtures of exponentials) are of this kind. Then a gap of at least g
/// seconds falls between a and b with probability at most (b - a + 1)/(b - g + 1), for the mean over
/// a part cannot exceed the mean over all that is shorter. Gaps with a mode stay below it, too, unless
/// the mode is narrow: log-normal ones from a spread of 0.4 upward.
///
/// Before each gap, three windows about the median of the last eight are bet on: a hit multiplies
/// the evidence by 0.9/p0, a miss by 0.1/(1 - p0). Under chance the expected factor is at most 1. A
/// clock may start with any gap j, which is given the weight 1/(j(j + 1)); the weights sum to 1, so
/// the mean over windows and starts is an e-process: the probability that it *ever* reaches A is at
/// most 1/A.
///
/// Sources: Khintchine, "On unimodal distributions" (1938) for the bound; Ville, "Étude critique de
/// la notion de collectif" (1939); Shin, Ramdas, Rinaldo, "E-detectors" (2022) for sums over starts.
struct RegularityTest: Sendable {
  /// The latest gaps in seconds, as a ring.
  private var recent = InlineArray<8, UInt32>(repeating: 0)
  /// Gaps so far, and those that came when expected.
  private(set) var gaps = 0
  private(set) var hits = 0
  private var bets = 0
  private var sums = InlineArray<3, Double>(repeating: 0)

  /// The shortest gap there is: calls in adjoining seconds are one beat.
  static let leastGap: UInt32 = 2
  /// Some half a year; so that no clock can overflow a sum.
  private static let mostGap: UInt32 = 1 << 24
  /// Gaps before the next is bet on.
  private static let leastRecent = 3
  /// Median gaps below are a load and no beacon.
  private static let leastMedian: UInt32 = 5
  /// Half the width of each window, as a share of the median is one divided by these.
  private static let widths: InlineArray<3, UInt32> = [32, 8, 4]
  /// The share of a clock's gaps that are in the window.
  private static let regular = 0.9
  /// Evidence beyond any doubt.
  private static let most = 1e30

  mutating func take(gap: UInt32) {
    let gap = min(gap, Self.mostGap)
    if gaps >= Self.leastRecent, median >= Self.leastMedian { bet(on: gap) }
    recent[gaps % recent.count] = gap
    gaps += 1
  }

  /// Its chance to ever reach A is at most 1/A, unless there is a clock.
  var evidence: Double {
    var total = 0.0
    for lane in sums.indices { total += sums[lane] }
    return total / Double(sums.count)
  }

  /// The upper median of the latest gaps.
  var median: UInt32 {
    let count = min(gaps, recent.count)
    var sorted = recent
    for index in 1..<max(1, count) {
      var place = index
      while place > 0, sorted[place] < sorted[place - 1] {
        sorted.swapAt(place, place - 1)
        place -= 1
      }
    }
    return sorted[count / 2 % recent.count]
  }

  private mutating func bet(on gap: UInt32) {
    bets += 1
    let start = 1 / (Double(bets) * Double(bets + 1))
    let median = median
    for lane in sums.indices {
      let half = median / Self.widths[lane]
      let low = max(median - half, Self.leastGap)
      let high = median + half
      let chance = Double(high - low + 1) / Double(high - Self.leastGap + 1)
      guard chance < Self.regular else { continue }
      let isHit = low <= gap && gap <= high
      let factor = isHit ? Self.regular / chance : (1 - Self.regular) / (1 - chance)
      sums[lane] = min((sums[lane] + start) * factor, Self.most)
      if isHit, lane == sums.count - 1 { hits += 1 }
    }
  }
}
