/// Where it is kept how far receivers were told.
package protocol NoticeStore: Sendable {
  /// Nil where nothing was kept yet.
  func load() async throws -> [UInt8]?
  /// Replaces what was kept as a whole.
  func save(_ bytes: [UInt8]) async throws
}
