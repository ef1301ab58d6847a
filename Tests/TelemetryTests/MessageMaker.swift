internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf

/// Random access log messages of every shape.
enum MessageMaker {
  static func message(
    _ random: inout SeededRandom
  ) -> Envoy_Service_Accesslog_V3_StreamAccessLogsMessage {
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    if Bool.random(using: &random) {
      message.identifier.logName = text(&random)
      message.identifier.node.id = text(&random)
    }
    let count = Int.random(in: 0...4, using: &random)
    if Bool.random(using: &random) {
      message.httpLogs.logEntry = (0..<count).map { _ in http(&random) }
    } else {
      message.tcpLogs.logEntry = (0..<count).map { _ in tcp(&random) }
    }
    return message
  }

  static func http(
    _ random: inout SeededRandom
  ) -> Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
    var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
    entry.commonProperties = common(&random)
    entry.request.authority = text(&random)
    entry.request.path = "/" + text(&random)
    entry.request.userAgent = text(&random)
    entry.request.requestMethod = .init(rawValue: Int.random(in: 0...12, using: &random)) ?? .get
    entry.request.scheme = text(&random)
    entry.request.referer = text(&random)
    for name in ["cookie", "content-type", "x-forwarded-user", "Cookie", "other"]
    where Bool.random(using: &random) {
      entry.request.requestHeaders[name] = text(&random)
    }
    entry.request.requestBodyBytes = number(&random)
    entry.response.responseCode.value = UInt32(truncatingIfNeeded: number(&random))
    entry.response.responseBodyBytes = number(&random)
    entry.response.responseCodeDetails = text(&random)
    return entry
  }

  private static func tcp(
    _ random: inout SeededRandom
  ) -> Envoy_Data_Accesslog_V3_TCPAccessLogEntry {
    var entry = Envoy_Data_Accesslog_V3_TCPAccessLogEntry()
    entry.commonProperties = common(&random)
    entry.connectionProperties.receivedBytes = number(&random)
    entry.connectionProperties.sentBytes = number(&random)
    return entry
  }

  private static func common(
    _ random: inout SeededRandom
  ) -> Envoy_Data_Accesslog_V3_AccessLogCommon {
    var common = Envoy_Data_Accesslog_V3_AccessLogCommon()
    if Bool.random(using: &random) {
      common.startTime.seconds = Int64(bitPattern: number(&random))
      common.startTime.nanos = Int32(truncatingIfNeeded: number(&random))
    }
    if Bool.random(using: &random) {
      common.downstreamDirectRemoteAddress.socketAddress.address = text(&random)
      common.upstreamRemoteAddress.socketAddress.address = text(&random)
    }
    common.duration.seconds = Int64(bitPattern: number(&random))
    common.duration.nanos = Int32(truncatingIfNeeded: number(&random))
    common.upstreamCluster = text(&random)
    common.routeName = text(&random)
    common.connectionTerminationDetails = text(&random)
    common.accessLogType = .init(rawValue: Int.random(in: 0...12, using: &random)) ?? .notSet
    common.responseFlags.rateLimited = Bool.random(using: &random)
    common.responseFlags.noRouteFound = Bool.random(using: &random)
    common.responseFlags.noHealthyUpstream = Bool.random(using: &random)
    if Bool.random(using: &random) { common.metadata = metadata(&random) }
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
      if Bool.random(using: &random) { name.uri = text(&random) } else { name.dns = text(&random) }
      common.tlsProperties.peerCertificateProperties.subjectAltName.append(name)
    }
    if Bool.random(using: &random) {
      common.tlsProperties.ja3Fingerprint = hash(&random, length: 32)
    }
    for name in ["tls_ja4_fingerprint", "tls_ja4", "other", ""] where Bool.random(using: &random) {
      common.customTags[name] = hash(&random, length: 36)
    }
    return common
  }

  private static func metadata(
    _ random: inout SeededRandom
  ) -> Envoy_Config_Core_V3_Metadata {
    let filters = [
      "envoy.filters.http.rbac", "flyball.route", "envoy.filters.http.RBAC", "other", "",
    ]
    let keys = [
      "flyball_shadow_effective_policy_id", "shadow_effective_policy_id", "action", "cluster",
      "shadow", "",
    ]
    var metadata = Envoy_Config_Core_V3_Metadata()
    for filter in filters where Bool.random(using: &random) {
      for key in keys where Bool.random(using: &random) {
        var value = Google_Protobuf_Value()
        switch Int.random(in: 0...5, using: &random) {
        case 0: value.boolValue = true
        case 1: value.numberValue = 7
        case 2: value.structValue.fields["action"] = .init(stringValue: "nested")
        case 3: value.nullValue = .nullValue
        default: value.stringValue = text(&random)
        }
        metadata.filterMetadata[filter, default: .init()].fields[key] = value
      }
    }
    return metadata
  }

  /// Seldom of another length.
  private static func hash(_ random: inout SeededRandom, length: Int) -> String {
    let others = [0, 31, 32, 33, 35, 36, 37, 64]
    let count =
      Int.random(in: 0..<8, using: &random) > 0
      ? length : others[Int.random(in: 0..<others.count, using: &random)]
    return String(
      (0..<count).map { _ in Array("0123456789abcdef_")[Int.random(in: 0..<17, using: &random)] })
  }

  private static func text(_ random: inout SeededRandom) -> String {
    String(
      String.UnicodeScalarView(
        (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
          Unicode.Scalar(UInt32.random(in: 0x20...0x17F, using: &random))
        }))
  }

  /// Small, large, or of the sign bit.
  private static func number(_ random: inout SeededRandom) -> UInt64 {
    .random(in: .min ... .max, using: &random) >> UInt64.random(in: 0..<64, using: &random)
  }
}
