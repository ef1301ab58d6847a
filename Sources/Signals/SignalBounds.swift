package import JSONNodes

/// How much is taken of what others send, and why that much.
package enum SignalBounds {
  /// 256 alerts of Alertmanager with all their labels take half of it.
  package static let json = JSONBounds(bytes: 1 << 20, depth: 16, nodes: 60_000)
  /// Signals of one delivery: a group of Alertmanager seldom has a hundred.
  static let signals = 256
  /// Labels of one signal; Prometheus itself is usually held to 30.
  static let labels = 64
  static let labelNameBytes = 128
  /// A SPIFFE ID has up to 2,048 bytes and must pass whole.
  static let labelBytes = 2_048
  static let nameBytes = 256
  static let titleBytes = 256
  static let textBytes = 1_024
  static let links = 4
  static let linkBytes = 1_024
  /// What an id is made of: it is hashed, and so cannot be cut.
  static let idBytes = 4_096
  /// Seconds by which a start may lie ahead of our clock before it is set to our time.
  static let aheadSeconds: Int64 = 300

  /// Keys and tokens of one sender: the present one, the next, and some leeway.
  package static let keys = 8
  /// Signatures in one header: one a key while keys rotate.
  static let signatures = 8
  /// Bytes of a key for signing: as Standard Webhooks asks for, and of a GitHub secret at most.
  static let keyBytes = 24...64
  static let hubKeyBytes = 16...256
  /// Seconds between the stamp of a delivery and our clock, as Standard Webhooks recommends.
  static let toleranceSeconds: Int64 = 300
  static let webhookIDBytes = 256
  static let credentialBytes = 2_048

  /// Rules that lead from labels to workloads.
  package static let rules = 32
  static let templateBytes = 1_024
  /// Identities that are named where a signal is ambiguous.
  static let candidates = 8
}
