/// The grid of reference bounds, and the betting factors on it.
///
/// A bound p0 says: each request shows the feature with probability at most p0, whatever happened
/// before. Against it stand four alternatives p1: 3 p0, 10 p0, the square root of p0, and 0.5. A
/// request that shows the feature multiplies the evidence for p1 by p1/p0, one that does not by
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
  /// Two for each level: without and with the feature.
  let factors: [SIMD4<Float>]

  package init() {
    var bounds: [Double] = []
    var bound = Self.lowest
    for _ in 0..<(Self.levels - 1) {
      bounds.append(bound)
      bound *= Self.step
    }
    self.bounds = bounds
    factors = bounds.flatMap(Self.factors) + [SIMD4(repeating: 1), SIMD4(repeating: 1)]
  }

  @inline(__always)
  func factor(_ level: Level, shows: Bool) -> SIMD4<Float> {
    factors[Int(level) &* 2 &+ (shows ? 1 : 0)]
  }

  /// The lowest level whose bound is at least `probability`.
  package func level(atLeast probability: Double) -> Level {
    var low = 0
    var high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] >= probability { high = middle } else { low = middle + 1 }
    }
    return Level(low)
  }

  private static func factors(_ bound: Double) -> [SIMD4<Float>] {
    var without = SIMD4<Float>(repeating: 1)
    var with = SIMD4<Float>(repeating: 1)
    for (lane, alternative) in [3 * bound, 10 * bound, bound.squareRoot(), 0.5].enumerated() {
      let alternative = min(alternative, 0.95)
      guard alternative > bound else { continue }
      without[lane] = Float((1 - alternative) / (1 - bound))
      with[lane] = Float(alternative / bound)
    }
    return [without, with]
  }
}
