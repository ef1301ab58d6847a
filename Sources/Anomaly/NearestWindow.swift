/// How unlike its own past the latest stretch of a series is.
///
/// Source: Burnaev and Ishimtsev, "Conformalized density- and distance-based anomaly detection in
/// time-series data" (2016); here with the nearest neighbour alone and the plain distance.
enum NearestWindow {
  /// Fewer windows say little about the next.
  private static let leastWindows = 20
  /// Values whose distance is added up before it is compared with the least so far.
  private static let block = 8

  /// The least Euclidean distance of the last `length` values to the latest windows of the same
  /// length that ended at least `length` values earlier; nil while there are few of these.
  ///
  /// `length` is a multiple of eight. A distance too large for its type is infinite.
  static func distance(ofLast length: Int, in series: [Double]) -> Double? {
    let windows = min(ScoringBounds.seriesWindows, series.count - 2 * length + 1)
    guard windows >= leastWindows else { return nil }
    let start = series.count - length
    var least = Double.infinity
    for lag in length..<(length + windows) {
      var sum = 0.0
      var index = start
      // A sum of squares only grows, so it need not be completed once it is too large.
      while index < series.count, sum < least {
        for offset in index..<(index + block) {
          let difference = series[offset] - series[offset - lag]
          sum += difference * difference
        }
        index += block
      }
      if sum < least { least = sum }
    }
    return least.squareRoot()
  }
}
