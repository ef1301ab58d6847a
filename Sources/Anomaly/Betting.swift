/// The grid of reference bounds, and the betting factors on it.
///
/// A bound p0 says: each second with requests shows the feature with probability at most p0, whatever
/// happened before. Against it stand two alternatives p1: the square root of p0, and 0.5. A second
/// that shows the feature multiplies the evidence for p1 by p1/p0, one that does not by
/// (1-p1)/(1-p0); under the bound the expected factor is at most 1.
///
/// Source: Shin, Ramdas, Rinaldo, "E-detectors" (2022).
package struct Betting: Sendable {
  /// Position on the grid; `off` makes every factor 1.
  package typealias Level = UInt8

  package static let levels = 64
  package static let off: Level = 63
  private static let lowest = 1e-4
  /// The 62nd step reaches 0.8.
  private static let step = 1.155_99

  /// The bound of each level but `off`.
  package let bounds: [Double]
  /// For each level, the factor of a second that has not shown the feature.
  let withoutFeature: [SIMD2<Float>]
  /// For each level, what turns that factor into the one of a second that has.
  let onceShown: [SIMD2<Float>]

  package init() {
    var bounds: [Double] = []
    var bound = Self.lowest
    for _ in 0..<(Self.levels - 1) {
      bounds.append(bound)
      bound *= Self.step
    }
    self.bounds = bounds
    let neutral = [SIMD2<Float>(repeating: 1)]
    withoutFeature =
      bounds.map { bound in Self.factors(bound) { (1 - $0) / (1 - bound) } } + neutral
    onceShown =
      bounds.map { bound in Self.factors(bound) { $0 * (1 - bound) / (bound * (1 - $0)) } }
      + neutral
  }

  /// The lowest level whose bound is at least `probability`; 0.8 is the highest.
  package func level(atLeast probability: Double) -> Level {
    var low = 0
    var high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] >= probability { high = middle } else { low = middle + 1 }
    }
    return Level(low)
  }

  private static func factors(
    _ bound: Double, _ factor: (Double) -> Double
  ) -> SIMD2<Float> {
    var factors = SIMD2<Float>(repeating: 1)
    for (lane, alternative) in [bound.squareRoot(), 0.5].enumerated() where alternative > bound {
      factors[lane] = Float(factor(alternative))
    }
    return factors
  }
}
