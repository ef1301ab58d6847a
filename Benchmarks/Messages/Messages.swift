internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf

/// Access log messages as a sidecar with mTLS sends them: entries of about 629 bytes.
package enum Messages {
  package static let trustDomain = "cluster.local"

  package static func principal(_ index: Int) -> String {
    "spiffe://\(trustDomain)/ns/shop/sa/caller-\(index)"
  }

  /// Distinct messages of `entries` entries each, from `callers` callers.
  package static func inbound(
    count: Int, entries: Int, callers: Int, seed: UInt64
  ) throws -> [[UInt8]] {
    var random = SeededRandom(seed: seed)
    return try (0..<count).map { message in
      var log = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
      log.httpLogs.logEntry = (0..<entries).map { index in
        entry(at: message * entries + index, callers: callers, &random)
      }
      return try log.serializedBytes()
    }
  }

  private static func entry(
    at number: Int, callers: Int, _ random: inout SeededRandom
  ) -> Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
    var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
    var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
    name.uri = principal(Int.random(in: 0..<callers, using: &random))
    entry.commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
    entry.commonProperties.startTime.seconds = 1_700_000_000 + Int64(number / 10_000)
    entry.commonProperties.startTime.nanos = .random(in: 0..<1_000_000_000, using: &random)
    entry.commonProperties.duration.nanos = .random(in: 500_000..<9_000_000, using: &random)
    entry.commonProperties.upstreamCluster = "inbound|8080||"
    entry.commonProperties.routeName = "default"
    entry.commonProperties.accessLogType = .downstreamEnd
    entry.commonProperties.metadata.filterMetadata["envoy.filters.http.rbac"] = .with {
      $0.fields["enforced_engine_result"] = .with { $0.stringValue = "allowed" }
      $0.fields["enforced_effective_policy_id"] = .with {
        $0.stringValue = String(repeating: "p", count: 160)
      }
    }
    entry.request.authority = "payments.shop.svc.cluster.local:8080"
    entry.request.path =
      "/api/v1/accounts/\(Int.random(in: 0..<100_000, using: &random))/transfers?currency=EUR"
    entry.request.userAgent =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
    entry.request.requestID = String(repeating: "a", count: 36)
    entry.request.requestBodyBytes = .random(in: 0..<2_000, using: &random)
    entry.response.responseCode.value = 200
    entry.response.responseBodyBytes = .random(in: 100..<20_000, using: &random)
    entry.response.responseCodeDetails = "via_upstream"
    return entry
  }
}
