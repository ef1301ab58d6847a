/// Where and how the history is kept from being altered unseen.
package struct CheckpointTerms: Sendable {
  /// The file that signed checkpoints are appended to.
  package var file: String
  /// The file with the key.
  package var key: String
  /// How long closed actions are kept; nil for ever.
  package var keepSeconds: Int64?

  /// Records after which a checkpoint is due: an attacker on the machine can alter what is younger.
  package static let records: UInt64 = 256
  /// Seconds after which one is due if anything is new.
  package static let seconds: Int64 = 60
  /// Seconds between looks at what is old enough to go.
  static let pruneSeconds: Int64 = 86_400

  package init(file: String, key: String, keepSeconds: Int64? = nil) {
    self.file = file
    self.key = key
    self.keepSeconds = keepSeconds
  }
}
