/// What a delivery holds.
///
/// One alert that cannot be read does not hide the others of its delivery: a sender told that the
/// whole was wrong would drop the whole.
package struct SignalReading: Hashable, Sendable {
  package struct Refused: Hashable, Sendable {
    /// Its place in the delivery, from 0.
    package let position: Int
    package let reason: SignalRefusal
  }

  package private(set) var signals: [Signal] = []
  package private(set) var refused: [Refused] = []
  /// Signals beyond the bound, here or already at the sender, that nobody looked at.
  package private(set) var leftOut = 0

  /// Senders say themselves how many they left out: more than this is no number to count with.
  private static let mostLeftOut = 1_000_000

  init() {}

  /// How many a Flyball told.
  package var own: Int { refused.count { $0.reason == .own } }

  /// Reads each element within the bound.
  mutating func read<Element>(
    _ elements: [Element], _ body: (Element) throws(SignalRefusal) -> Signal
  ) {
    for (position, element) in elements.prefix(SignalBounds.signals).enumerated() {
      do throws(SignalRefusal) {
        signals.append(try body(element))
      } catch {
        refused.append(Refused(position: position, reason: error))
      }
    }
    leaveOut(elements.count - min(elements.count, SignalBounds.signals))
  }

  mutating func leaveOut(_ count: Int) {
    leftOut += min(max(0, count), Self.mostLeftOut - leftOut)
  }
}
