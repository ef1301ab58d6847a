/// A delivery that is the sender's own.
package struct Authenticity: Hashable, Sendable {
  /// The key, token or identity that proved it.
  package let provedBy: String
  /// What a copy of the delivery would have as well, where the proof has such a part.
  package let replayKey: String?
}
