/// A sliding window: a ring of one-second buckets, each with exact counts.
///
/// An idle gap empties the buckets it passes over. Counts saturate at `UInt16.max` a second.
package struct EventWindow: Sendable {
  package struct Bucket: Hashable, Sendable {
    package var failures: UInt16 = 0
    package var successes: UInt16 = 0
  }

  private var ring: [Bucket]
  /// The newest second in the window; nil while it is empty.
  private var head: Int64?

  package init(seconds: Int) {
    ring = Array(repeating: Bucket(), count: seconds)
  }

  package mutating func add(
    _ counter: WritableKeyPath<Bucket, UInt16>, at second: Int64
  ) {
    advance(to: second)
    guard let head else { return }
    let landing = second < head - ScoringBounds.latenessSeconds ? head : second
    let index = index(of: landing)
    let (sum, overflow) = ring[index][keyPath: counter].addingReportingOverflow(1)
    ring[index][keyPath: counter] = overflow ? .max : sum
  }

  /// The buckets from the oldest second still inside the window to `second`, empty ones too.
  package func forEachBucket(at second: Int64, _ body: (Bucket) -> Void) {
    guard let head else { return }
    let end = max(head, second)
    var current = end - Int64(ring.count) + 1
    while current <= end {
      body(current <= head ? ring[index(of: current)] : Bucket())
      current += 1
    }
  }

  private mutating func advance(to second: Int64) {
    guard let old = head else {
      head = second
      return
    }
    guard second > old else { return }
    if second - old >= Int64(ring.count) {
      for index in ring.indices { ring[index] = Bucket() }
    } else {
      for passed in (old + 1)...second { ring[index(of: passed)] = Bucket() }
    }
    head = second
  }

  private func index(of second: Int64) -> Int {
    let count = Int64(ring.count)
    return Int(((second % count) + count) % count)
  }
}
