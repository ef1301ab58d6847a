internal import Anomaly
internal import Glibc
internal import MeshModel
internal import Telemetry

/// One for all runs: making its tables takes longer than scoring a message, and it comes to states
/// that no single message leads to. libFuzzer calls from one thread, which stands in for a lock.
nonisolated(unsafe) private var scorer = Scorer(
  thresholds: Dictionary(uniqueKeysWithValues: Detector.allCases.map { ($0, 0) }),
  entities: 1 << 10, secret: 1)

private let now = Timestamp(seconds: 1_700_000_000)
nonisolated(unsafe) private var rules = RulesFuzz()
/// What is fuzzed: `access-logs`, `exports`, `recordings`, `proofs`, `rules`, `rule-files`, `signals`,
/// `threats`, `forms`, `cookies`, `token-files`.
private let target = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? "access-logs"

/// libFuzzer's entry. Whatever the bytes are: nothing traps, and every entry is counted once.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  guard let me = try? SPIFFEID(parsing: "spiffe://cluster.local/me"), !bytes.isEmpty
  else { return 0 }
  switch target {
  case "exports": export(bytes, by: me)
  case "recordings": recording(bytes)
  case "proofs": ProofsFuzz.run(bytes)
  case "rules":
    precondition(rules != nil, "the rules do not compile")
    rules?.run(bytes)
  case "rule-files": RuleFilesFuzz.run(bytes)
  case "signals": SignalsFuzz.run(bytes)
  case "threats": ThreatsFuzz.run(bytes)
  case "forms": FormsFuzz.run(bytes)
  case "cookies": CookiesFuzz.run(bytes)
  case "token-files": TokenFilesFuzz.run(bytes)
  default: accessLogs(bytes, by: me)
  }
  return 0
}

private func stream(of me: SPIFFEID, _ listener: Listener) -> AccessLogStream {
  AccessLogStream(
    reporter: ProxyID(principal: me, node: "n"), listener: listener,
    attribution: Attribution(
      trustDomain: "cluster.local", services: ServiceMap(["me": me]), own: me))
}

/// Messages of one stream, scored as they come, and recorded. The first byte chooses the listener
/// and where the message is cut in two. Ranges stay inside the message, scores stay scores, and a
/// recorded message is read like the one that came.
private func accessLogs(_ bytes: [UInt8], by me: SPIFFEID) {
  let choice = bytes[0]
  let listener = Listener.allCases[Int(choice) % Listener.allCases.count]
  var stream = stream(of: me, listener)
  _ = try? AccessLogReader.identifier(in: bytes.span.bytes)  // Any bytes; it must not trap.
  let cut = min(bytes.count, 1 + Int(choice))
  for message in [Array(bytes[1..<cut]), Array(bytes[cut...])] {
    let (batch, ledger) = stream.read(message, receivedAt: now)
    precondition(ledger.waiting == UInt64(batch.observations.count))
    precondition(batch.probes.count <= 64 && (batch.probes.isEmpty || ledger.rejected[.own] != nil))
    for observation in batch.observations {
      precondition(observation.pathText.range.upperBound <= batch.bytes.count)
      _ = batch.source(of: observation)
      _ = batch.destination(of: observation)
    }
    for mark in batch.marks {
      precondition(Int(mark.subjectName) < batch.names.count)
      _ = batch.subjectKey(of: mark)
    }
    for found in scorer.score(batch) {
      precondition(found.score >= 0 && found.score <= 1 && found.corroborated <= found.score)
    }
    record(
      message, of: RecordedSource(reporter: batch.reporter, listener: listener), ledger,
      marks: batch.marks.count)
  }
}

private func record(
  _ message: [UInt8], of source: RecordedSource, _ ledger: IngestLedger, marks: Int
) {
  for redaction in [nil, Redaction(key: 1, keeping: ["me"])] {
    var writer = RecordingWriter(redaction: redaction)
    var reader = RecordingReader()
    let mesh = RecordedMesh(trustDomain: "cluster.local", services: [:], gateways: [])
    reader.append(
      writer.heading(mesh) + writer.frames(of: message, from: source, receivedAt: now))
    var last: RecordingFrame?
    while let frame = try? reader.next() { last = frame }  // Written a line above.
    guard case .message(let kept, _, _) = last else { preconditionFailure("not read again") }
    var again = stream(of: source.reporter.principal, source.listener)
    let (batch, counted) = again.read(kept, receivedAt: now)
    precondition(counted.received == ledger.received)
    if redaction == nil, ledger.rejected[.tooManyNames] == nil {
      precondition(counted.rejected == ledger.rejected)
      precondition(batch.marks.count == marks)
    }
  }
}

/// An export of log records.
private func export(_ bytes: [UInt8], by me: SPIFFEID) {
  _ = try? LogExport.resource(of: bytes.span.bytes)  // Any bytes; it must not trap.
  guard let export = try? LogExport(reading: bytes, sender: me, isGateway: true) else { return }
  var ledger = export.ledger
  for (listener, message) in export.messages {
    var stream = stream(of: me, listener)
    ledger.add(stream.read(message, receivedAt: now).ledger)
  }
  precondition(ledger.received == UInt64(export.records))
}

/// A recording from somebody else. The first byte cuts it.
private func recording(_ bytes: [UInt8]) {
  var reader = RecordingReader()
  let whole = Array("flyball recording 1\n".utf8) + bytes[1...]
  let cut = min(whole.count, Int(bytes[0]))
  for part in [whole[..<cut], whole[cut...]] {
    reader.append(Array(part))
    do { while try reader.next() != nil {} } catch { return }
  }
}
