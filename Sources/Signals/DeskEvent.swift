/// What happens to a desk.
package enum DeskEvent: Hashable, Sendable {
  /// A delivery that was authentic, admitted and read.
  case received(DeliveryID, sender: String, replayKey: String?, [AttributedSignal])
  case recorded(DeliveryID)
  case recordFailed(DeliveryID)
  case tick
}
