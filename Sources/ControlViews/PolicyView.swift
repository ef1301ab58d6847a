/// A response policy that is in force.
package struct PolicyView: Codable, Equatable, Sendable {
  package var name: String
  /// observe, shadow, approve or enforce.
  package var mode: String
  package var file: String
  /// Of the file's bytes: SHA-256 in hexadecimal.
  package var digest: String
  /// In words.
  package var matches: [String]
  package var steps: [String]
  package var ttlSeconds: Int64
  package var maxActive: Int
  /// Open actions of it.
  package var openActions: [String]

  package init(
    name: String, mode: String, file: String, digest: String, matches: [String], steps: [String],
    ttlSeconds: Int64, maxActive: Int, openActions: [String]
  ) {
    self.name = name
    self.mode = mode
    self.file = file
    self.digest = digest
    self.matches = matches
    self.steps = steps
    self.ttlSeconds = ttlSeconds
    self.maxActive = maxActive
    self.openActions = openActions
  }
}
