package import FeedbackLoop
package import MeshModel
package import Notifications
package import ThreatIntelligence

/// The daemon's configuration, checked.
package struct Configuration: Hashable, Sendable {
  package struct Service: Hashable, Sendable {
    package var principal: SPIFFEID
    /// Cluster and host names by which callers know it.
    package var names: [String]
  }

  package struct Address: Hashable, Sendable, CustomStringConvertible {
    /// A literal IPv4 address.
    package var host: String
    package var port: Int

    package var description: String { "\(host):\(port)" }
    package var isLoopback: Bool { host.hasPrefix("127.") }
  }

  /// OpenTelemetry's logs over HTTP; over gRPC they come where the proxies connect.
  package struct LogListener: Hashable, Sendable {
    package var address: Address
    package var security: ProxySecurity
  }

  package enum ProxySecurity: Hashable, Sendable {
    case mutualTLS(certificate: String, key: String, clientRoots: String)
    /// Plaintext, identities merely claimed; loopback only.
    case insecure
  }

  /// One proxy, and where Flyball can reach it.
  package struct Proxy: Hashable, Sendable {
    package var id: ProxyID
    /// Its admin interface, which is only read.
    package var admin: AdminAddress?
    /// Its inbound listener, for probes.
    package var probe: Address?
  }

  package enum AdminAddress: Hashable, Sendable, CustomStringConvertible {
    case network(Address)
    /// The path of a unix socket.
    case socket(String)

    package var description: String {
      switch self {
      case .network(let address): address.description
      case .socket(let path): "unix:" + path
      }
    }
  }

  package var trustDomain: String
  package var services: [Service]
  package var proxies: Address
  package var security: ProxySecurity
  package var otlp: LogListener?
  /// Serves metrics and health.
  package var admin: Address
  /// The operators' socket.
  package var socket: String
  /// The number of the group whose members may open it, beside the user that runs Flyball.
  package var operatorGroup: UInt32?
  /// The operators' interface on the network; nil where there is only the socket.
  package var api: APISettings?
  /// Where other systems' signals arrive; nil where none are taken.
  package var signals: SignalSettings?
  /// Who is told what happens; nil where nobody is.
  package var notifications: NotificationTerms?
  /// What feeds say of attackers; nil where none are fetched.
  package var threats: ThreatSettings?
  package var history: String
  /// The file that signed checkpoints of the history are appended to.
  package var checkpoints: String
  /// The file with the key that signs them.
  package var historyKey: String
  /// How long the text of closed actions is kept; nil for ever.
  package var keepSeconds: Int64?
  /// What was learned, beside the history.
  package var references: String { history + ".references" }
  /// How far receivers were told, beside the history.
  package var notices: String { history + ".notices" }
  package var policies: String
  /// The folder of Sigma rules; nil for none.
  package var rules: String?
  package var limits: LoopLimits
  package var reachable: [Proxy]
  /// Nil where the loop does not test itself.
  package var selfTest: SelfTestTerms?
}
