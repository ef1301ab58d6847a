package import GRPCCore
internal import GRPCProtobuf
package import MeshServerGRPC
internal import OpenTelemetryAPI

/// OpenTelemetry's logs service over gRPC.
package struct LogsService: RegistrableRPCService {
  private let identity: PeerIdentity
  private let intake: ExportIntake
  private let admission = ExportAdmission()

  package init(identity: PeerIdentity, intake: ExportIntake) {
    self.identity = identity
    self.intake = intake
  }

  package func registerMethods<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerHandler(
      forMethod: Opentelemetry_Proto_Collector_Logs_V1_LogsService.Method.Export.descriptor,
      deserializer: RequestBytes(),
      serializer: ProtobufSerializer<
        Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceResponse
      >()
    ) { request, context in
      let sender = context.remotePeer
      guard self.admission.enter(sender) else {
        throw RPCError(code: .unavailable, message: "too many exports at once")
      }
      defer { self.admission.leave(sender) }
      let bytes = try await ServerRequest(stream: request).message
      let receipt = try await self.intake.take(ExportBody(bytes: bytes), peer: context.remotePeer) {
        claim throws(RPCError) in
        try self.identity.identify(context, claim: claim)
      }
      return StreamingServerResponse(single: ServerResponse(message: receipt.response))
    }
  }
}

/// Hands a request on as it came; the export's reader walks it.
private struct RequestBytes: MessageDeserializer {
  func deserialize(_ bytes: some GRPCContiguousBytes) throws -> [UInt8] {
    bytes.withUnsafeBytes { [UInt8]($0) }
  }
}
