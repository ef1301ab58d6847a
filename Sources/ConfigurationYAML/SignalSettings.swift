package import MeshModel
package import Signals

/// Where other systems' signals arrive, and from whom they are taken.
package struct SignalSettings: Hashable, Sendable {
  package struct Sender: Hashable, Sendable {
    /// The last part of the path that it posts to, and how policies name it.
    package var name: String
    package var format: SignalFormat
    package var proof: Proof
    /// How labels lead to workloads.
    package var workloads: [WorkloadRule]
  }

  /// How a sender shows that a delivery is its own.
  package enum Proof: Hashable, Sendable {
    case bearer([SenderToken])
    case hubSignature([KeyFile])
    case standardWebhooks([KeyFile])
    case certificate([SPIFFEID])
  }

  /// A file with a secret that deliveries are signed with.
  package struct KeyFile: Hashable, Sendable {
    package var path: String
    /// When a key that was replaced ends.
    package var notAfter: Timestamp?
  }

  package var address: Configuration.Address
  package var security: APISettings.Security
  package var senders: [Sender]
}
