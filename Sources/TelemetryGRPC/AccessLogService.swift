internal import EnvoyAPI
package import GRPCCore
internal import GRPCProtobuf
internal import Logging
package import MeshModel
package import MeshServerGRPC
internal import SwiftProtobuf
package import Telemetry

/// Envoy's access log service, HTTP and TCP: bytes in, attributed observations out.
package struct AccessLogService: RegistrableRPCService {
  private let identity: PeerIdentity
  private let attribution: Attribution
  private let gateways: Set<SPIFFEID>
  private let sink: any ObservationSink
  private let tap: any MessageTap
  private let now: @Sendable () -> Timestamp
  private let logger = Logger(label: "flyball.telemetry")

  package init(
    identity: PeerIdentity, attribution: Attribution, gateways: Set<SPIFFEID>,
    sink: any ObservationSink, tap: any MessageTap, now: @escaping @Sendable () -> Timestamp
  ) {
    self.identity = identity
    self.attribution = attribution
    self.gateways = gateways
    self.sink = sink
    self.tap = tap
    self.now = now
  }

  package func registerMethods<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerHandler(
      forMethod: Envoy_Service_Accesslog_V3_AccessLogService.Method.StreamAccessLogs.descriptor,
      deserializer: MessageBytes(),
      serializer: ProtobufSerializer<Envoy_Service_Accesslog_V3_StreamAccessLogsResponse>()
    ) { request, context in
      try await self.streamAccessLogs(request.messages, context)
      return StreamingServerResponse(
        single: ServerResponse(
          message: Envoy_Service_Accesslog_V3_StreamAccessLogsResponse()))
    }
  }

  private func streamAccessLogs(
    _ messages: RPCAsyncSequence<[UInt8], any Error>, _ context: ServerContext
  ) async throws {
    var messages = messages.makeAsyncIterator()
    guard let first = try await messages.next() else { return }
    var stream = try open(first, context)
    let source = RecordedSource(reporter: stream.reporter, listener: stream.listener)
    await sink.stream(of: stream.reporter, isOpen: true)
    do {
      var next: [UInt8]? = first
      while let message = next {
        let instant = now()
        let (batch, ledger) = stream.read(message, receivedAt: instant)
        sink.receive(batch, ledger)
        tap.note(message, from: source, receivedAt: instant)
        next = try await messages.next()
      }
    } catch {
      await sink.stream(of: stream.reporter, isOpen: false)
      throw error
    }
    await sink.stream(of: stream.reporter, isOpen: false)
  }

  /// Only the first message of a stream says who sends and from which listener.
  private func open(_ message: [UInt8], _ context: ServerContext) throws -> AccessLogStream {
    do {
      let (node, logName) = try Self.sender(of: message)
      let principal = try identity.identify(context, claim: node.cluster)
      guard let listener = Listener(rawValue: logName) else {
        throw RPCError(
          code: .invalidArgument,
          message: "log name '\(logName.prefix(64))' is none of "
            + Listener.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard listener != .ingress || gateways.contains(principal) else {
        throw RPCError(
          code: .permissionDenied,
          message: "\(principal) is not among the gateways of the configuration")
      }
      return AccessLogStream(
        reporter: ProxyID(principal: principal, node: String(cutting: node.id, toBytes: 255)),
        listener: listener, attribution: attribution)
    } catch let error as RPCError {
      logger.warning(
        "access log stream refused",
        metadata: ["peer": "\(context.remotePeer)", "reason": "\(error.message)"])
      throw error
    }
  }

  private static func sender(
    of message: [UInt8]
  ) throws(RPCError) -> (node: Envoy_Config_Core_V3_Node, logName: String) {
    do {
      let range = try AccessLogReader.identifier(in: message.span.bytes)
      let identifier = try Envoy_Service_Accesslog_V3_StreamAccessLogsMessage.Identifier(
        serializedBytes: Array(message[range]))
      return (identifier.node, identifier.logName)
    } catch {
      throw RPCError(
        code: .invalidArgument, message: "the first message does not say who sends it")
    }
  }
}

/// Hands a message on as it came; the stream's reader walks it.
private struct MessageBytes: MessageDeserializer {
  func deserialize(_ bytes: some GRPCContiguousBytes) throws -> [UInt8] {
    bytes.withUnsafeBytes { [UInt8]($0) }
  }
}
