package import MeshModel

/// What keeps signals over a restart.
package protocol SignalStore: Sendable {
  /// Returns only when every entry is durable; on any error none may be assumed to be.
  func append(_ entries: [SignalEntry]) async throws
  /// Takes up all that a desk still has to know, in the order in which it was recorded; a day of it may
  /// be more than fits into memory.
  func restore(
    _ desk: SignalDesk, since instant: Timestamp,
    where isWanted: @escaping @Sendable (SignalEntry) -> Bool
  ) async throws -> SignalDesk
}
