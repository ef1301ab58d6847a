internal import MeshModel
internal import Telemetry
internal import Testing

private let now = Timestamp(seconds: 1_000)

private func batch(from reporter: String, _ count: Int, bytes: Int = 0) throws -> ObservationBatch {
  let identity = try SPIFFEID(parsing: "spiffe://shop.demo/\(reporter)")
  var batch = ObservationBatch(
    reporter: ProxyID(principal: identity, node: reporter), vantage: .source)
  for _ in 0..<count {
    batch.append(at: now, peer: .unresolved("x"), path: "/", .answered(status: 200))
  }
  batch.bytes += [UInt8](repeating: 0, count: bytes)
  return batch
}

struct TelemetryQueueTests {
  private func names(_ batches: [ObservationBatch]) -> [String] { batches.map(\.reporter.node) }

  @Test("batches leave in the order they came, suspects' first")
  func order() throws {
    var queue = TelemetryQueue(limit: 100)
    for name in ["a", "b", "c"] {
      #expect(queue.push(try batch(from: name, 1), isSuspect: false, at: now).isEmpty)
    }
    _ = queue.push(try batch(from: "s", 1), isSuspect: true, at: now)
    #expect(names(queue.take(observations: 2)) == ["s", "a"])
    #expect(names(queue.take(observations: 9)) == ["b", "c"])
    #expect(queue.oldest == nil && queue.fill == 0)
  }

  @Test("only a reporter with much of its own waiting is asked to come back later")
  func full() throws {
    var queue = TelemetryQueue(limit: 80)
    let (loud, quiet) = (try batch(from: "loud", 5), try batch(from: "quiet", 1))
    _ = queue.push(quiet, isSuspect: false, at: now)
    _ = queue.push(loud, isSuspect: false, at: now)
    #expect(!queue.isFull(for: loud.reporter.principal))
    _ = queue.push(loud, isSuspect: true, at: now)
    _ = queue.push(loud, isSuspect: false, at: now)
    #expect(queue.isFull(for: loud.reporter.principal))
    #expect(!queue.isFull(for: quiet.reporter.principal))
    _ = queue.take(observations: 80)
    #expect(!queue.isFull(for: loud.reporter.principal))
  }

  @Test("a reporter that floods displaces its own oldest, and nobody else's")
  func fairness() throws {
    var queue = TelemetryQueue(limit: 100)
    _ = queue.push(try batch(from: "quiet", 10), isSuspect: false, at: now)
    var shed = 0
    for _ in 0..<50 {
      let dropped = queue.push(try batch(from: "loud", 10), isSuspect: false, at: now)
      shed += dropped[.other] ?? 0
    }
    let left = queue.take(observations: 1_000)
    #expect(left.contains { $0.reporter.node == "quiet" })
    #expect(shed + left.reduce(0) { $0 + $1.observations.count } == 510)
  }

  @Test("whoever names a suspect displaces neither the rest nor other reporters of it")
  func suspectsHalf() throws {
    var queue = TelemetryQueue(limit: 100)
    _ = queue.push(try batch(from: "honest", 20), isSuspect: true, at: now)
    for _ in 0..<4 { _ = queue.push(try batch(from: "a", 10), isSuspect: false, at: now) }
    var shed = 0
    for _ in 0..<20 {
      let dropped = queue.push(try batch(from: "liar", 10), isSuspect: true, at: now)
      #expect(dropped[.other] == nil)
      shed += dropped[.suspect] ?? 0
    }
    #expect(shed == 170)
    let turn = queue.take(observations: 40)
    #expect(turn.filter { $0.reporter.node == "a" }.count == 2)
    #expect(turn.contains { $0.reporter.node == "honest" })
  }

  @Test("large messages with little in them cannot fill the memory")
  func bytes() throws {
    var queue = TelemetryQueue(limit: 100)
    for _ in 0..<100 {
      _ = queue.push(try batch(from: "fat", 1, bytes: 50_000), isSuspect: false, at: now)
    }
    let held = queue.take(observations: .max).reduce(0) { $0 + $1.bytes.count }
    #expect(held <= 100 * 1_024)
  }
}

struct LoadGaugeTests {
  private func ledger(received: Int, shed: Int = 0, suspects: Int = 0) -> IngestLedger {
    var ledger = IngestLedger()
    ledger.countReceived(received)
    ledger.countShed(.other, shed)
    ledger.countShed(.suspect, suspects)
    return ledger
  }

  @Test("the state follows what was shed in the last ten seconds")
  func states() {
    var gauge = LoadGauge()
    func judge(_ ledger: IngestLedger, fill: Double = 0, second: Int64) -> LoadState {
      gauge.judge(ledger, fill: fill, oldest: nil, at: Timestamp(seconds: second))
    }
    #expect(judge(ledger(received: 1_000), second: 100) == .normal)
    #expect(judge(ledger(received: 1_000), fill: 0.6, second: 101) == .thinning)
    #expect(judge(ledger(received: 2_000, shed: 10), second: 102) == .thinning)
    #expect(judge(ledger(received: 3_000, shed: 900), second: 103) == .hold)
    #expect(judge(ledger(received: 3_000, shed: 900), second: 114) == .normal)
    #expect(judge(ledger(received: 9_000, shed: 900, suspects: 1), second: 115) == .hold)
  }

  @Test("what is rejected or comes again does not make the share that was shed look small")
  func padding() {
    var gauge = LoadGauge()
    var padded = ledger(received: 100_000, shed: 200)
    padded.countDeduplicated(90_000)
    for _ in 0..<9_000 { padded.countRejected(.malformed) }
    #expect(gauge.judge(padded, fill: 0, oldest: nil, at: now) == .hold)
  }

  @Test("a batch that nobody scores for five seconds means that scoring stands still")
  func stall() {
    var gauge = LoadGauge()
    let since = Timestamp(seconds: 100)
    let state = { (second: Int64) in
      gauge.judge(
        self.ledger(received: 1), fill: 0, oldest: since, at: Timestamp(seconds: second))
    }
    #expect(state(104) == .normal)
    #expect(state(105) == .safe)
  }
}
