/// A feed is not on disk as it is held.
struct FeedStoreFailure: Error {
  let reason: String
  /// What was there before is there still, so that a restart begins with it.
  let leavesOlder: Bool
}
