/// A delivery while it is being answered; the receiver counts them.
package struct DeliveryID: Hashable, Comparable, Sendable {
  package let number: UInt64

  package init(_ number: UInt64) {
    self.number = number
  }

  package static func < (left: DeliveryID, right: DeliveryID) -> Bool {
    left.number < right.number
  }
}
