internal import MeshModel

/// The attributes of a log record that Flyball reads: the names that Envoy's and Istio's access logs
/// usually give them, and those of OpenTelemetry's HTTP conventions.
///
/// Absent on purpose: what can come from a header (`downstream_remote_address`, `client.address`).
package enum LogAttribute: String, Hashable, Sendable, CaseIterable {
  // Who speaks, and of which listener.
  case logName = "log_name"
  case listenerDirection = "listener_direction"
  // When, and how it ended.
  case startTime = "start_time"
  case duration
  case accessLogType = "access_log_type"
  case responseCode = "response_code"
  case statusCode = "http.response.status_code"
  case responseFlags = "response_flags"
  case responseCodeDetails = "response_code_details"
  case connectionTerminationDetails = "connection_termination_details"
  case errorType = "error.type"
  // What was asked.
  case method
  case requestMethod = "http.request.method"
  case requestProtocol = "protocol"
  case path
  /// Read of the controller's own requests alone: from others a header decides it.
  case originalPath = "original_path"
  case urlPath = "url.path"
  case urlQuery = "url.query"
  case urlFull = "url.full"
  case routeName = "route_name"
  case route = "http.route"
  case userAgent = "user_agent"
  case userAgentOriginal = "user_agent.original"
  case referer
  case scheme = "url.scheme"
  // Who was asked.
  case authority
  case serverAddress = "server.address"
  case upstreamCluster = "upstream_cluster"
  // Who asked.
  case peerURI = "downstream_peer_uri_san"
  case directRemoteAddress = "downstream_direct_remote_address"
  case peerAddress = "network.peer.address"
  case peerPort = "network.peer.port"
  case tlsJA3 = "tls_ja3_fingerprint"
  case clientJA3 = "tls.client.ja3"
  case tlsJA4 = "tls_ja4_fingerprint"
  // What actions of ours did to it, or would have done.
  case shadowPolicy = "flyball_shadow_policy"
  case routeAction = "flyball_route_action"
  case routeCluster = "flyball_route_cluster"
  case routeShadow = "flyball_route_shadow"
  // How much.
  case bytesReceived = "bytes_received"
  case requestBodySize = "http.request.body.size"
  case bytesSent = "bytes_sent"
  case responseBodySize = "http.response.body.size"

  /// Nil for a name that Flyball does not know.
  package init?(named bytes: borrowing RawSpan, _ range: Range<Int>) {
    var hash = StableHash()
    hash.combine(bytes, range)
    guard let known = Self.byHash[hash.value], known.rawValue.utf8.count == range.count else {
      return nil
    }
    var position = range.lowerBound
    for byte in known.rawValue.utf8 {
      guard bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) == byte else { return nil }
      position &+= 1
    }
    self = known
  }

  /// Whether it speaks of a request or a connection, and not only of the record.
  var isOfRequest: Bool {
    switch self {
    case .logName, .listenerDirection, .startTime: false
    case .duration, .accessLogType, .responseCode, .statusCode, .responseFlags,
      .responseCodeDetails, .connectionTerminationDetails, .errorType, .method, .requestMethod,
      .requestProtocol, .path, .urlPath, .urlQuery, .urlFull, .routeName, .route, .userAgent,
      .userAgentOriginal, .referer, .scheme, .authority, .originalPath,
      .serverAddress, .upstreamCluster, .peerURI, .directRemoteAddress, .peerAddress, .peerPort,
      .tlsJA3, .clientJA3, .tlsJA4, .bytesReceived, .requestBodySize, .bytesSent, .responseBodySize,
      .shadowPolicy,
      .routeAction, .routeCluster, .routeShadow:
      true
    }
  }

  private static let byHash = Dictionary(
    allCases.map { (StableHash($0.rawValue).value, $0) }, uniquingKeysWith: { first, _ in first })
}

/// The value of an attribute; others than these are not read.
package enum LogValue: Hashable, Sendable {
  /// Where its bytes are.
  case text(Range<Int>)
  case integer(Int64)
  case real(Double)
}
