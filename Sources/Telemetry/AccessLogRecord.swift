package import MeshModel

/// The fields of one access log entry that Flyball reads, free of any wire format.
package struct AccessLogRecord: Hashable, Sendable {
  package enum Transport: Hashable, Sendable {
    case http
    case tcp
  }

  package var transport: Transport
  /// False for entries written at the start of, or during, a request.
  package var isFinal: Bool
  package var start: Timestamp?
  /// URI subject alternative names of the peer's certificate, as the reporting proxy verified it.
  package var peerURIs: [String]
  package var upstreamCluster: String
  package var authority: String
  package var path: String
  /// 0 when there was no response.
  package var status: UInt32
  /// Response code details, or for TCP the connection termination details.
  package var details: String
  /// No route, cluster, healthy host, address or connection.
  package var isUnreachable: Bool
  package var isRateLimited: Bool

  package init(
    transport: Transport, isFinal: Bool = true, start: Timestamp?, peerURIs: [String] = [],
    upstreamCluster: String = "", authority: String = "", path: String = "", status: UInt32 = 0,
    details: String = "", isUnreachable: Bool = false, isRateLimited: Bool = false
  ) {
    self.transport = transport
    self.isFinal = isFinal
    self.start = start
    self.peerURIs = peerURIs
    self.upstreamCluster = upstreamCluster
    self.authority = authority
    self.path = path
    self.status = status
    self.details = details
    self.isUnreachable = isUnreachable
    self.isRateLimited = isRateLimited
  }
}
