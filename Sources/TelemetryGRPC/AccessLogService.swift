package import EnvoyAPI
package import GRPCCore
internal import Logging
package import MeshModel
package import MeshServerGRPC
package import Telemetry

/// Envoy's access log service, HTTP and TCP: bytes in, attributed observations out.
package struct AccessLogService:
  Envoy_Service_Accesslog_V3_AccessLogService.SimpleServiceProtocol
{
  private let identity: PeerIdentity
  private let attribution: Attribution
  private let gateways: Set<SPIFFEID>
  private let sink: any ObservationSink
  private let now: @Sendable () -> Timestamp
  private let logger = Logger(label: "flyball.telemetry")

  package init(
    identity: PeerIdentity, attribution: Attribution, gateways: Set<SPIFFEID>,
    sink: any ObservationSink, now: @escaping @Sendable () -> Timestamp
  ) {
    self.identity = identity
    self.attribution = attribution
    self.gateways = gateways
    self.sink = sink
    self.now = now
  }

  package func streamAccessLogs(
    request: RPCAsyncSequence<Envoy_Service_Accesslog_V3_StreamAccessLogsMessage, any Error>,
    context: ServerContext
  ) async throws -> Envoy_Service_Accesslog_V3_StreamAccessLogsResponse {
    var stream: (reporter: ProxyID, listener: Listener)?
    do {
      for try await message in request {
        if stream == nil {
          let opened = try open(message, context)
          stream = opened
          await sink.stream(of: opened.reporter, isOpen: true)
        }
        if let stream { await receive(message, from: stream.reporter, stream.listener) }
      }
    } catch {
      if let stream {
        await sink.stream(of: stream.reporter, isOpen: false)
      }
      throw error
    }
    if let stream {
      await sink.stream(of: stream.reporter, isOpen: false)
    }
    return Envoy_Service_Accesslog_V3_StreamAccessLogsResponse()
  }

  /// Only the first message of a stream says who sends and from which listener.
  private func open(
    _ message: Envoy_Service_Accesslog_V3_StreamAccessLogsMessage, _ context: ServerContext
  ) throws -> (reporter: ProxyID, listener: Listener) {
    let node = message.identifier.node
    do {
      let principal = try identity.identify(context, node: node)
      guard let listener = Listener(rawValue: message.identifier.logName) else {
        throw RPCError(
          code: .invalidArgument,
          message: "log name '\(message.identifier.logName.prefix(64))' is none of "
            + Listener.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard listener != .ingress || gateways.contains(principal) else {
        throw RPCError(
          code: .permissionDenied,
          message: "\(principal) is not among the gateways of the configuration")
      }
      return (ProxyID(principal: principal, node: String(cutting: node.id, toBytes: 255)), listener)
    } catch let error as RPCError {
      logger.warning(
        "access log stream refused",
        metadata: ["peer": "\(context.remotePeer)", "reason": "\(error.message)"])
      throw error
    }
  }

  private func receive(
    _ message: Envoy_Service_Accesslog_V3_StreamAccessLogsMessage, from reporter: ProxyID,
    _ listener: Listener
  ) async {
    let receivedAt = now()
    let records: [AccessLogRecord] =
      switch message.logEntries {
      case .httpLogs(let logs): logs.logEntry.map(AccessLogRecord.init)
      case .tcpLogs(let logs): logs.logEntry.map(AccessLogRecord.init)
      case nil: []
      }
    var ledger = IngestLedger()
    var batch: [Observation] = []
    batch.reserveCapacity(records.count)
    for record in records {
      do {
        batch.append(
          try attribution.observation(
            of: record, listener: listener, reporter: reporter, receivedAt: receivedAt))
        ledger.countScored()
      } catch {
        ledger.countRejected(error)
      }
    }
    await sink.count(ledger)
    if !batch.isEmpty { await sink.receive(batch) }
  }
}
