/// What happens to a feed.
package enum FeedEvent: Hashable, Sendable {
  case tick
  /// The same, while it cannot be fetched.
  case passed
  /// It is to be fetched now, whenever that was due.
  case asked
  /// A version was fetched and read.
  case arrived(FeedVersion)
  /// The server says that what is held is still the newest.
  case unchanged
  case failed(FetchFailure)
}
