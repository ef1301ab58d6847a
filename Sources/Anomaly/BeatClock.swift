/// Turns calls, late and out of order as they come, into gaps between beats in whole seconds.
///
/// A second with calls counts once, however many, and calls in adjoining seconds are one beat, so
/// duplicates change nothing. A second is final when a call more than the lateness after it arrives;
/// what comes later still is left out. A gap runs from a beat's last second to the next one's first.
struct BeatClock: Sendable {
  /// The newest second with a call, and in bit i whether there was one i seconds earlier.
  private var newest: UInt32
  private var seen: UInt16 = 1
  /// The latest final second with a call.
  private var last: UInt32?

  private static let lateness = UInt32(ScoringBounds.latenessSeconds)

  init(second: UInt32) {
    newest = second
  }

  /// Calls `gap` with each gap that becomes final, in the order of time.
  mutating func take(second: UInt32, gap: (UInt32) -> Void) {
    guard second > newest else {
      let age = newest - second
      if age <= Self.lateness { seen |= 1 &<< UInt16(age) }
      return
    }
    let step = second - newest
    for age in (0...Self.lateness).reversed() where seen & (1 &<< UInt16(age)) != 0 {
      guard age + min(step, Self.lateness + 1) > Self.lateness, age <= newest else { continue }
      close(newest - age, gap)
    }
    seen = step > Self.lateness ? 1 : (seen &<< UInt16(step) | 1) & 0x1FF
    newest = second
  }

  private mutating func close(_ second: UInt32, _ gap: (UInt32) -> Void) {
    if let last, second > last + 1 { gap(second - last) }
    last = second
  }
}
