internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry

extension AccessLogRecord {
  init(_ entry: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry) {
    let common = entry.commonProperties
    self.init(
      transport: .http, isFinal: common.isFinal(.downstreamEnd), start: common.start,
      peerURIs: common.peerURIs, upstreamCluster: common.upstreamCluster,
      authority: entry.request.authority, path: entry.request.path,
      status: entry.response.responseCode.value, details: entry.response.responseCodeDetails,
      isUnreachable: common.isUnreachable, isRateLimited: common.responseFlags.rateLimited)
  }

  init(_ entry: Envoy_Data_Accesslog_V3_TCPAccessLogEntry) {
    let common = entry.commonProperties
    self.init(
      transport: .tcp, isFinal: common.isFinal(.tcpConnectionEnd), start: common.start,
      peerURIs: common.peerURIs, upstreamCluster: common.upstreamCluster,
      details: common.connectionTerminationDetails, isUnreachable: common.isUnreachable)
  }
}

extension Envoy_Data_Accesslog_V3_AccessLogCommon {
  /// Older proxies do not say the type of an entry; they write one at the end only.
  fileprivate func isFinal(_ type: Envoy_Data_Accesslog_V3_AccessLogType) -> Bool {
    accessLogType == type || accessLogType == .notSet
  }

  fileprivate var start: Timestamp? {
    guard hasStartTime else { return nil }
    let (whole, overflow) = startTime.seconds.multipliedReportingOverflow(by: 1_000_000)
    guard !overflow else { return nil }
    return Timestamp(microseconds: whole &+ Int64(startTime.nanos / 1000))
  }

  fileprivate var peerURIs: [String] {
    tlsProperties.peerCertificateProperties.subjectAltName.compactMap { name in
      if case .uri(let uri) = name.san { uri } else { nil }
    }
  }

  fileprivate var isUnreachable: Bool {
    responseFlags.noRouteFound || responseFlags.noClusterFound
      || responseFlags.noHealthyUpstream || responseFlags.upstreamConnectionFailure
      || responseFlags.dnsResolutionFailure
  }
}
