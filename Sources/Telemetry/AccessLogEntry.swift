package import MeshModel

/// The fields of one Envoy access log entry that Flyball reads; text stays in the message's bytes.
package struct AccessLogEntry: Hashable, Sendable {
  package enum Transport: Hashable, Sendable {
    case http
    case tcp
  }

  package var transport: Transport
  /// Where the whole entry is; `AccessLogRecord` reads from it what is rarely asked.
  package var content = ByteRange()
  /// The raw value of `AccessLogType`; 0 from proxies that do not say it.
  package var type: Int32 = 0
  package var startSeconds: Int64 = 0
  package var startNanoseconds: Int32 = 0
  package var hasStart = false
  package var durationSeconds: Int64 = 0
  package var durationNanoseconds: Int32 = 0
  /// URI subject alternative names of the peer's certificate; `peerURI` is the last of them.
  package var peerURIs = 0
  package var peerURI = ByteRange()
  /// Whether the connection was encrypted, or that is not known.
  package var isEncrypted = false
  /// Envoy's `Address` of the other end of the connection, as a whole.
  package var remoteAddress = ByteRange()
  package var upstreamCluster = ByteRange()
  package var routeName = ByteRange()
  package var authority = ByteRange()
  package var path = ByteRange()
  /// Response code details, or for TCP the connection termination details.
  package var details = ByteRange()
  /// Whether its metadata may say something of actions of ours.
  package var hasOwnMetadata = false
  package var flags: ResponseFlags = []
  /// 0 when there was no response.
  package var status: UInt32 = 0
  package var requestBytes: UInt64 = 0
  package var responseBytes: UInt64 = 0

  package init(_ transport: Transport) {
    self.transport = transport
  }

  /// False for entries written at the start of, or during, a request. Proxies that do not say the
  /// type write one at the end only.
  package var isFinal: Bool {
    type == 0 || type == (transport == .http ? 6 : 3)
  }

  /// Nil when there is none, or when it does not fit.
  package var start: Timestamp? {
    guard hasStart else { return nil }
    let (whole, overflow) = startSeconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return nil }
    return Timestamp(microseconds: whole &+ Int64(startNanoseconds / 1000))
  }

  /// Ends at the range of its type; a negative duration is 0.
  package var durationMicroseconds: UInt32 {
    guard durationSeconds < 4_294 else { return .max }
    guard durationSeconds >= 0 else { return 0 }
    return UInt32(
      clamping: durationSeconds &* 1_000_000 &+ Int64(durationNanoseconds) / 1000)
  }
}

/// The response flags that tell how a request failed.
package struct ResponseFlags: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let noHealthyUpstream = Self(rawValue: 1)
  package static let upstreamConnectionFailure = Self(rawValue: 2)
  package static let noRouteFound = Self(rawValue: 4)
  package static let rateLimited = Self(rawValue: 8)
  package static let noClusterFound = Self(rawValue: 16)
  package static let dnsResolutionFailure = Self(rawValue: 32)

  /// No route, cluster, healthy host, address or connection.
  package static let unreachable: Self = [
    .noHealthyUpstream, .upstreamConnectionFailure, .noRouteFound, .noClusterFound,
    .dnsResolutionFailure,
  ]
}
