/// What is to be done, and what is to be told, after a feed's event.
///
/// `accepted`, `ended`, `withdrawn` and a `confirmed` that renews change what is held, so the index is
/// to be made anew.
package enum FeedEffect: Hashable, Sendable, CustomStringConvertible {
  case fetch
  /// A version is held in place of the one before, whole.
  case accepted(entries: Int, before: Int, rejected: Int)
  /// What was held is kept.
  case kept(FeedRefusal)
  /// Entries have come to their end.
  case ended(Int)
  /// So many entries were withdrawn by their feed, in a version that was itself not taken.
  case withdrawn(Int)
  /// What is held is still the newest; the assumed ends of so many entries have moved on.
  case confirmed(renewed: Int)

  package var description: String {
    switch self {
    case .fetch: "fetch"
    case .accepted(let entries, let before, let rejected):
      "accepted \(entries), before \(before), rejected \(rejected)"
    case .kept(let refusal): "kept: \(refusal)"
    case .ended(let count): "ended \(count)"
    case .withdrawn(let count): "withdrawn \(count)"
    case .confirmed(let renewed): "confirmed, renewed \(renewed)"
    }
  }
}
