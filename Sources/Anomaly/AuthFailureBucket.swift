/// A leaky bucket of authentication failures from one source to one destination.
///
/// Each failure adds 1; a second drains 0.2, and each request that did authenticate drains 0.1, so
/// a busy caller with a few expired tokens never fills it. Ten in excess fill the bucket. Built on
/// one-second buckets, so late and reordered entries give the same level.
package enum AuthFailureBucket {
  private static let failure = 10
  private static let leakPerSecond = 2
  private static let leakPerSuccess = 1
  private static let capacity = 100

  /// Tenths of a failure in the bucket at `second`.
  package static func level(in window: EventWindow, at second: Int64) -> Int {
    var level = 0
    window.forEachBucket(at: second) { bucket in
      let drained = leakPerSecond + Int(bucket.successes) * leakPerSuccess
      level = max(0, level + Int(bucket.failures) * failure - drained)
    }
    return level
  }

  /// 0 when empty, 0.99 when just full, and closer to 1 above.
  package static func score(level: Int) -> Double {
    guard level > 0 else { return 0 }
    return Double(level) / (Double(level) + Double(capacity) / 99)
  }
}
