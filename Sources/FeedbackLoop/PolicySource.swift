/// Where a policy was read.
package struct PolicySource: Hashable, Sendable {
  package var file: String
  /// SHA-256 of the file, in hexadecimal.
  package var digest: String

  package init(file: String, digest: String) {
    self.file = file
    self.digest = digest
  }
}
