/// How much of what others hand in is looked at.
package enum LogBounds {
  /// Bytes of a signed note: a checkpoint has some 300, each further witness some 150.
  package static let noteBytes = 65_536
  /// Signature lines of a note: the log's and those of its witnesses.
  package static let signatures = 100
  /// Bytes of a key's name.
  static let nameBytes = 255
  /// Hashes of a proof: a tree of 2^63 records needs no more.
  static let proofHashes = 63
  /// Bytes of a record's encoding: a detail of a mebibyte and its neighbours fit many times.
  package static let recordBytes = 16_777_216
  /// Bytes of a proof: the record in Base64, the path and the checkpoint.
  package static let proofBytes = 23_000_000
}
