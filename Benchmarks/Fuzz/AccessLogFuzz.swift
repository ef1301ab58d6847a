internal import Anomaly
internal import MeshModel
internal import Telemetry

/// One for all runs: making its tables takes longer than scoring a message, and it comes to states
/// that no single message leads to. libFuzzer calls from one thread, which stands in for a lock.
nonisolated(unsafe) private var scorer = Scorer(
  thresholds: Dictionary(uniqueKeysWithValues: Detector.allCases.map { ($0, 0) }),
  entities: 1 << 10, secret: 1)

/// libFuzzer's entry: any bytes as access log messages of one stream, scored as they come, and as an
/// export of log records.
///
/// The first byte chooses the listener and where the message is cut in two. Whatever comes, every
/// entry is counted once, ranges stay inside the message, and scores stay scores.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let choice = bytes.first, let me = try? SPIFFEID(parsing: "spiffe://cluster.local/me")
  else { return 0 }
  var stream = AccessLogStream(
    reporter: ProxyID(principal: me, node: "n"),
    listener: choice.isMultiple(of: 2) ? .inbound : .outbound,
    attribution: Attribution(trustDomain: "cluster.local", services: ServiceMap(["me": me])))
  _ = try? AccessLogReader.identifier(in: bytes.span.bytes)  // Any bytes; it must not trap.
  export(Array(bytes.dropFirst()), by: me)
  let cut = min(bytes.count, 1 + Int(choice))
  for message in [bytes[1..<cut], bytes[cut...]] {
    let (batch, ledger) = stream.read(Array(message), receivedAt: Timestamp(seconds: 1_700_000_000))
    precondition(ledger.waiting == UInt64(batch.observations.count))
    for observation in batch.observations {
      precondition(observation.pathText.range.upperBound <= batch.bytes.count)
      _ = batch.source(of: observation)
      _ = batch.destination(of: observation)
    }
    for found in scorer.score(batch) {
      precondition(found.score >= 0 && found.score <= 1 && found.corroborated <= found.score)
    }
  }
  return 0
}

/// Every record is counted once, whatever the bytes are.
private func export(_ bytes: [UInt8], by me: SPIFFEID) {
  _ = try? LogExport.resource(of: bytes.span.bytes)  // Any bytes; it must not trap.
  guard let export = try? LogExport(reading: bytes, sender: me, isGateway: true) else { return }
  var ledger = export.ledger
  for (listener, message) in export.messages {
    var stream = AccessLogStream(
      reporter: ProxyID(principal: me, node: export.node), listener: listener,
      attribution: Attribution(trustDomain: "cluster.local", services: ServiceMap(["me": me])))
    ledger.add(stream.read(message, receivedAt: Timestamp(seconds: 1_700_000_000)).ledger)
  }
  precondition(ledger.received == UInt64(export.records))
}
