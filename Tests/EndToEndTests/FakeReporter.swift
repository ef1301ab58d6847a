internal import DemoMesh
internal import EnvoyAPI
internal import Foundation
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import MeshModel
internal import OpenTelemetryAPI
internal import SwiftProtobuf

/// A proxy with a genuine certificate that reports what it likes.
struct FakeReporter {
  private let port: Int
  private let files: CertificateAuthority.Files
  private let node: String

  init(_ mesh: ShopMesh, identity: String) throws {
    port = mesh.flyballPort
    files = try mesh.files(of: identity)
    node = identity
  }

  /// With URI names of its own choice, signed by the mesh's authority.
  init(_ mesh: ShopMesh, issuing identities: [String], name: String) throws {
    port = mesh.flyballPort
    files = try mesh.issue(identities, name: name)
    node = name
  }

  /// Says that `caller` asked this proxy for paths that do not exist.
  func accuse(_ caller: String, count: Int) async throws {
    try await accuse([caller], each: count)
  }

  /// The same of many callers.
  func accuse(_ callers: [String], each count: Int) async throws {
    try await send(logName: "flyball.inbound") { message in
      message.httpLogs.logEntry = callers.flatMap { caller in
        (0..<count).map { index in
          var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
          entry.commonProperties.startTime = Google_Protobuf_Timestamp(date: Date())
          var name =
            Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
          name.uri = Workload.principal(caller).description
          entry.commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
          entry.request.path = "/guess/\(index)"
          entry.response.responseCode.value = 404
          return entry
        }
      }
    }
  }

  func send(
    logName: String,
    _ fill: @escaping @Sendable (inout Envoy_Service_Accesslog_V3_StreamAccessLogsMessage) -> Void
  ) async throws {
    let node = node
    try await withGRPCClient(transport: try transport()) { client in
      let service = Envoy_Service_Accesslog_V3_AccessLogService.Client(wrapping: client)
      _ = try await service.streamAccessLogs { writer in
        var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
        message.identifier.node.id = node
        message.identifier.logName = logName
        fill(&message)
        try await writer.write(message)
      }
    }
  }

  /// Exports log records.
  func export(
    _ request: Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest,
    compression: CompressionAlgorithm = .none
  ) async throws -> Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceResponse {
    var options = CallOptions.defaults
    options.compression = compression
    return try await withGRPCClient(transport: try transport()) { [options] client in
      try await Opentelemetry_Proto_Collector_Logs_V1_LogsService.Client(wrapping: client)
        .export(request, options: options)
    }
  }

  func transport() throws -> HTTP2ClientTransport.Posix {
    try HTTP2ClientTransport.Posix(
      target: .ipv4(address: "127.0.0.1", port: port),
      transportSecurity: .mTLS(
        certificateChain: [.file(path: files.certificate, format: .pem)],
        privateKey: .file(path: files.key, format: .pem)
      ) {
        $0.trustRoots = .certificates([.file(path: files.roots, format: .pem)])
        $0.serverCertificateVerification = .noHostnameVerification
      },
      config: .defaults { $0.compression.enabledAlgorithms = .all })
  }
}
