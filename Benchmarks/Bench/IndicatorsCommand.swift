internal import ArgumentParser
internal import MeshModel
internal import RuleScoring
internal import Telemetry
internal import ThreatIntelligence

struct IndicatorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "indicators",
    abstract: "Hold requests that meet nothing against indicators.",
    discussion: "Their fields are read from the message, which is counted.")

  @Option(help: "Indicators, generated from a seed: of every kind.")
  var indicators = 100_000

  @Option(
    help:
      "gateway: clients and agents; tls: these and how they open TLS; source: what workloads call.")
  var side = Side.gateway

  @Option(help: "Distinct requests.")
  var requests = 300

  @Option(help: "Rounds over the requests.")
  var rounds = 20

  enum Side: String, ExpressibleByArgument {
    case gateway
    case tls
    case source
  }

  func run() throws {
    let identity = try SPIFFEID(parsing: "spiffe://bench/ns/shop/sa/edge")
    let batch = batch(of: MeshRequests(count: requests, seed: 1), identity)
    let idle = peakResidentBytes()
    let begin = processorSeconds()
    let index = try IndicatorIndex(generated(), secret: 7, at: Self.start)
    let made = processorSeconds()
    let memory = peakResidentBytes() - idle
    let scorer = IndicatorScorer(index, gateways: [identity])
    let before = processorSeconds()
    var found = 0
    for _ in 0..<rounds { found += scorer.findings(in: batch).count }
    let seconds = processorSeconds() - before
    let count = rounds * batch.observations.count
    print(
      """
      {"indicators": \(index.count), "indexBytes": \(index.bytes), "peakBytes": \(memory), \
      "indexSeconds": \(made - begin), "found": \(found), "requests": \(count), \
      "nanosecondsPerRequest": \(seconds * 1e9 / Double(max(1, count)))}
      """)
  }

  private static let start = Timestamp(seconds: 1_700_000_000)

  /// From none of these a request comes, and to none it goes.
  private func generated() -> [Indicator] {
    var random = SeededRandom(seed: 2)
    return (0..<indicators).map { number in
      let text = String(UInt32.random(in: 0...(.max), using: &random), radix: 36)
      let value: Indicator.Value? =
        switch number % 8 {
        case 0..<4: .range(address(&random, length: number % 8 == 0 ? 24 : 32))
        case 4, 5:
          DomainName("\(text).example\(number % 50).com").map {
            .domain($0, subdomains: number % 8 == 4)
          }
        case 6: RequestURL("http://\(text).example.net/drop/\(number)?id=\(text)").map { .url($0) }
        case 7 where side == .tls && number % 16 == 15: .fingerprint(.ja3(hash(&random)))
        default: .userAgent("\(text)/\(number % 100).0")
        }
      return Indicator(
        value ?? .userAgent(text), provenance: Provenance(feed: "bench", id: "entry-\(number)"),
        confidence: 80, validFrom: Self.start,
        validUntil: Self.start.adding(milliseconds: 3_600_000), endIsGiven: true)
    }
  }

  private func address(_ random: inout SeededRandom, length: Int) -> IPPrefix {
    let bits = UInt32.random(in: 0x0B00_0000...0x63FF_FFFF, using: &random)
    return IPPrefix(family: .v4, bits: UInt128(bits) << 96, length: length)
  }

  private func hash(_ random: inout SeededRandom) -> String {
    let digits = String(UInt128.random(in: 0...(.max), using: &random), radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  private func batch(of requests: MeshRequests, _ identity: SPIFFEID) -> ObservationBatch {
    var random = SeededRandom(seed: 3)
    var bytes = requests.bytes
    func add(_ text: some Collection<UInt8>) -> ByteRange {
      defer { bytes += text }
      return ByteRange(start: UInt32(bytes.count), count: UInt32(text.count))
    }
    var writer = AccessLogWriter()
    for fields in requests.fields {
      var fields = fields
      var entry = AccessLogEntry(.http)
      (entry.hasStart, entry.isEncrypted) = (true, true)
      entry.startSeconds = Self.start.second
      entry.status = 200
      entry.details = add("via_upstream".utf8)
      entry.upstreamCluster = add("outside".utf8)
      let number = UInt32.random(in: 0...0xFFFF, using: &random)
      let address = "198.18.\(number >> 8).\(number & 0xFF)"
      fields.destinationAddress = add(address.utf8)
      entry.remoteAddress = add(AccessLogWriter.address(address.utf8))
      var fingerprints = ClientFingerprints()
      if side == .tls {
        fingerprints = ClientFingerprints(
          ja3: add(hash(&random).utf8), ja4: add("t13d1516h2_8daaf6152771_e5627efa2ab1".utf8))
      }
      writer.append(
        AccessLogRecord(
          entry, request: fields, metadata: EntryMetadata(), fingerprints: fingerprints),
        from: bytes.span.bytes)
    }
    var stream = AccessLogStream(
      reporter: ProxyID(principal: identity, node: "node"),
      listener: side == .source ? .outbound : .ingress,
      attribution: Attribution(trustDomain: "bench", services: ServiceMap([:])))
    return stream.read(writer.message, receivedAt: Self.start).batch
  }
}
