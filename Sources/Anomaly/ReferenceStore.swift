/// Where references outlive the process.
package protocol ReferenceStore: Sendable {
  /// What was saved last; nil when there is nothing yet.
  func load() async throws -> [UInt8]?
  /// Replaces what was saved, all or nothing.
  func save(_ bytes: [UInt8]) async throws
  /// Keeps what cannot be read out of the way, and returns where it is.
  func setAside() async throws -> String
}
