package import MeshModel

/// Requests in each of the last eight minutes.
package struct RecentMinutes: Sendable {
  private var tallies = InlineArray<8, RequestTally>(repeating: RequestTally())
  /// The newest minute.
  package private(set) var minute: UInt32

  package init(minute: UInt32) {
    self.minute = minute
  }

  package mutating func add(_ tally: RequestTally, at minute: UInt32) {
    advance(to: minute)
    guard self.minute - minute < Self.length else { return }
    tallies[Self.place(minute)] = tallies[Self.place(minute)] + tally
  }

  /// The sum of at most `count` minutes up to and including `last`.
  package func sum(_ count: UInt32, upTo last: UInt32) -> RequestTally {
    var sum = RequestTally()
    for back in 0..<min(count, last &+ 1) {
      let minute = last - back
      guard minute <= self.minute, self.minute - minute < Self.length else { continue }
      sum = sum + tallies[Self.place(minute)]
    }
    return sum
  }

  private mutating func advance(to next: UInt32) {
    guard next > minute else { return }
    for passed in 1...min(next - minute, Self.length) {
      tallies[Self.place(minute &+ passed)] = RequestTally()
    }
    if next - minute > Self.length {
      for index in tallies.indices { tallies[index] = RequestTally() }
    }
    minute = next
  }

  private static func place(_ minute: UInt32) -> Int { Int(minute % length) }

  static let length: UInt32 = 8
}
