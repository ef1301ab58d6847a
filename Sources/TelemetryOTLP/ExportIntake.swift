internal import GRPCCore
internal import Logging
package import MeshModel
internal import OpenTelemetryAPI
internal import ServiceLifecycle
package import Telemetry

/// Takes exports of log records, whichever way they come, one at a time: a large one holds up other
/// exports and nothing else.
package actor ExportIntake: Service {
  private let attribution: Attribution
  private let gateways: Set<SPIFFEID>
  private let sink: any ObservationSink
  private let tap: any MessageTap
  private let now: @Sendable () -> Timestamp
  private let logger = Logger(label: "flyball.telemetry")
  private var recent = RecentExports()
  private var proxies = ExportingProxies()
  private var lastRefusal: Int64?
  /// Since then.
  private var unloggedRefusals = 0

  /// What an export came to.
  struct Receipt: Equatable, Sendable {
    var rejected: [Rejection: UInt64] = [:]

    var response: Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceResponse {
      var response = Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceResponse()
      guard !rejected.isEmpty else { return response }
      response.partialSuccess.rejectedLogRecords = Int64(
        clamping: rejected.values.reduce(0, &+))
      var reasons = rejected.sorted { $0.key.rawValue < $1.key.rawValue }
        .map { "\($0.value) \($0.key.rawValue)" }
      if rejected[.notOwn] != nil {
        reasons.append(
          "a proxy speaks of its own workload only, and a collector of none but itself")
      }
      response.partialSuccess.errorMessage = reasons.joined(separator: ", ")
      return response
    }
  }

  package init(
    attribution: Attribution, gateways: Set<SPIFFEID>,
    sink: any ObservationSink, tap: any MessageTap, now: @escaping @Sendable () -> Timestamp
  ) {
    self.attribution = attribution
    self.gateways = gateways
    self.sink = sink
    self.tap = tap
    self.now = now
  }

  /// Tells who has fallen silent.
  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      while true {
        try await Task.sleep(for: .seconds(1))
        await self.dismissSilent()
      }
    }
  }

  /// `identify` finds the sender, given what the export says of itself. Fails with the status that
  /// the protocol has for it: exporters send again what failed with `unavailable`, and only that.
  func take(
    _ body: ExportBody, peer: String,
    identify: @Sendable (_ claim: String) throws(RPCError) -> SPIFFEID
  ) async throws(RPCError) -> Receipt {
    let newcomer: ProxyID?
    let receipt: Receipt
    do {
      (receipt, newcomer) = try admit(body, identify: identify)
    } catch {
      logRefusal(error, peer)
      throw error
    }
    if let newcomer { await sink.stream(of: newcomer, isOpen: true) }
    return receipt
  }

  private func admit(
    _ body: ExportBody, identify: (String) throws(RPCError) -> SPIFFEID
  ) throws(RPCError) -> (Receipt, newcomer: ProxyID?) {
    do throws(RPCError) {
      let bytes = try body.unpacked()
      let sender = try identify(try Self.claim(bytes))
      guard !sink.isFull(for: sender) else {
        throw RPCError(code: .unavailable, message: "too much of \(sender) waits already")
      }
      return take(try export(bytes, sender), bytes, sender)
    } catch {
      if error.code == .invalidArgument {
        var ledger = IngestLedger()
        ledger.countReceived(1)
        ledger.countRejected(.malformed)
        sink.receive(ledger)
      }
      throw error
    }
  }

  private static func claim(_ bytes: [UInt8]) throws(RPCError) -> String {
    do {
      return try LogExport.resource(of: bytes.span.bytes).claim
    } catch {
      throw notAnExport
    }
  }

  private func export(_ bytes: [UInt8], _ sender: SPIFFEID) throws(RPCError) -> LogExport {
    do {
      return try LogExport(
        reading: bytes, sender: sender, isGateway: gateways.contains(sender))
    } catch {
      throw Self.notAnExport
    }
  }

  private func take(
    _ export: LogExport, _ bytes: [UInt8], _ sender: SPIFFEID
  ) -> (Receipt, newcomer: ProxyID?) {
    let instant = now()
    let reporter = ProxyID(principal: sender, node: String(cutting: export.node, toBytes: 255))
    guard export.records > 0 else { return (Receipt(), nil) }
    guard recent.insert(bytes, from: sender) else {
      var ledger = IngestLedger()
      ledger.countReceived(export.records)
      ledger.countDeduplicated(export.records)
      sink.receive(ledger)
      return (Receipt(), nil)
    }
    var rejected = export.ledger.rejected
    sink.receive(export.ledger)
    for (listener, message) in export.messages {
      var stream = AccessLogStream(
        reporter: reporter, listener: listener, attribution: attribution)
      let (batch, ledger) = stream.read(message, receivedAt: instant)
      rejected.merge(ledger.rejected) { $0 &+ $1 }
      sink.receive(batch, ledger)
      tap.note(
        message, from: RecordedSource(reporter: reporter, listener: listener),
        receivedAt: instant)
    }
    let isNew = !export.messages.isEmpty && proxies.note(reporter, at: instant)
    return (Receipt(rejected: rejected), isNew ? reporter : nil)
  }

  /// One line a second at most: who is refused may come again at once.
  private func logRefusal(_ error: RPCError, _ peer: String) {
    let second = now().second
    guard second != lastRefusal else {
      unloggedRefusals += 1
      return
    }
    logger.warning(
      "log export refused",
      metadata: [
        "peer": "\(peer)", "reason": "\(error.message)", "more": "\(unloggedRefusals)",
      ])
    lastRefusal = second
    unloggedRefusals = 0
  }

  private func dismissSilent() async {
    for proxy in proxies.takeSilent(at: now()) { await sink.stream(of: proxy, isOpen: false) }
  }

  private static let notAnExport = RPCError(
    code: .invalidArgument, message: "not an ExportLogsServiceRequest")
}
