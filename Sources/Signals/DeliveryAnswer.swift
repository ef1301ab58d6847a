/// What a sender hears of a delivery that was its own and could be read.
package enum DeliveryAnswer: Hashable, Sendable {
  /// All of it is durable. Signals that were known before are no news.
  case accepted(new: Int, known: Int)
  /// More than this sender may send.
  case limited(retryAfterSeconds: Int)
  /// A record is under way, or failed, or there is no room.
  case unavailable(retryAfterSeconds: Int)

  /// The status of an answer over HTTP.
  package var status: Int {
    switch self {
    case .accepted: 202
    case .limited: 429
    case .unavailable: 503
    }
  }
}
