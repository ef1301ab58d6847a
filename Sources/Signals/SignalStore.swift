package import MeshModel

/// What keeps signals over a restart.
package protocol SignalStore: Sendable {
  /// Returns only when every entry is durable; on any error none may be assumed to be.
  func append(_ entries: [SignalEntry]) async throws
  /// All that a desk still has to know, in the order in which it was recorded.
  func signals(since instant: Timestamp) async throws -> [SignalEntry]
}
