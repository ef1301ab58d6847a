internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry

/// Access log messages as a mesh sends them.
enum Recorded {
  static func identity(_ name: String) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)") else {
      preconditionFailure("bad test name \(name)")
    }
    return identity
  }

  static func source(_ name: String, _ listener: Listener) -> RecordedSource {
    RecordedSource(
      reporter: ProxyID(principal: identity(name), node: name), listener: listener)
  }

  static func stream(_ source: RecordedSource) -> AccessLogStream {
    AccessLogStream(
      reporter: source.reporter, listener: source.listener,
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
  }

  static func observations(_ message: [UInt8], _ source: RecordedSource) -> [Observation] {
    var stream = stream(source)
    let (batch, _) = stream.read(message, receivedAt: Timestamp(seconds: 100))
    return batch.observations.map {
      var observation = $0
      observation.pathText.start = 0
      observation.entry = ByteRange()
      return observation
    }
  }

  /// One entry for each path and status, of a workload `peer` or a client outside the mesh.
  static func message(
    _ requests: [(path: String, status: UInt32)], peer: String? = nil, client: String? = nil,
    cluster: String = "", at start: Timestamp = Timestamp(seconds: 90)
  ) throws -> [UInt8] {
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.httpLogs.logEntry = requests.map { path, status in
      var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
      entry.commonProperties.startTime.seconds = start.second
      entry.commonProperties.startTime.nanos = Int32(start.microseconds % 1_000_000) * 1_000
      entry.commonProperties.duration.nanos = 1_000_000
      entry.commonProperties.upstreamCluster = cluster
      if let peer {
        var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
        name.uri = identity(peer).description
        entry.commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
      }
      entry.commonProperties.downstreamDirectRemoteAddress.socketAddress.address =
        client ?? "10.0.0.1"
      entry.request.authority = "payments:8080"
      entry.request.path = path
      entry.request.userAgent = "a browser of some kind"
      entry.request.requestID = "what nobody reads"
      entry.response.responseCode.value = status
      entry.response.responseCodeDetails = "via_upstream"
      return entry
    }
    return try message.serializedBytes()
  }
}
