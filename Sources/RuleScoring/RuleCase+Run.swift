internal import MeshModel
internal import Sigma
package import Telemetry

/// Why a case cannot be run.
package enum RuleCaseError: Error, Hashable, Sendable {
  /// The event of this number in this round, both from 1, is none that telemetry would take.
  case refused(event: Int, round: Int, Rejection)
  case matcher(String)
}

extension RuleCase {
  /// The positions in the statistics of the rules and correlations that match, in the order of their
  /// first match; those that only correlations hear of are left out.
  ///
  /// The requests take the way of live ones: written as an access log, read, attributed, matched.
  package func run(_ rules: LoadedRules) throws(RuleCaseError) -> [Int] {
    let scorer: RuleScorer
    do {
      scorer = try RuleScorer(rules, gateways: [Self.gateway], secret: 0)
    } catch {
      throw .matcher(error.message)
    }
    var before = scorer.statistics
    var matched: [Int] = []
    for round in 0..<rounds {
      for (number, event) in events.enumerated() {
        let instant = Timestamp(seconds: 1_000_000).adding(
          milliseconds: Int64((Double(round) * everySeconds + event.at) * 1_000))
        let (batch, ledger) = event.read(round: round + 1, at: instant)
        if let reason = ledger.rejected.keys.first {
          throw .refused(event: number + 1, round: round + 1, reason)
        }
        _ = scorer.findings(in: batch)
        let after = scorer.statistics
        for rule in after.indices where after[rule].matches > before[rule].matches {
          if !matched.contains(rule), !rules.correlations.hiddenRules.contains(rule) {
            matched.append(rule)
          }
        }
        before = after
      }
    }
    return matched
  }

  /// Who is called, and who calls, where an event does not say.
  static let service = identity("service")
  private static let client = identity("client")
  private static let gateway = identity("gateway")

  private static func identity(_ name: String) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: "spiffe://cluster.local/ns/default/sa/\(name)")
    else { preconditionFailure("a bad name of our own: \(name)") }
    return identity
  }

  fileprivate static func identity(_ text: String?, round: Int) -> SPIFFEID? {
    // Parsed before, with another number.
    text.flatMap { try? SPIFFEID(parsing: $0.replacing("{n}", with: String(round))) }
  }

  fileprivate static func reporter(
    _ event: Event, caller: SPIFFEID?, service: SPIFFEID
  ) -> (SPIFFEID, Listener) {
    if event.isOutbound { return (caller ?? client, .outbound) }
    return caller == nil ? (gateway, .ingress) : (service, .inbound)
  }
}

extension RuleCase.Event {
  /// What rules may ask of it.
  var requestTexts: RequestTexts {
    let (batch, _) = read(round: 1, at: Timestamp(seconds: 1_000_000))
    var texts = RequestTexts()
    let bytes = batch.bytes.span.bytes
    if let observation = batch.observations.first,
      let fields = try? RequestFields(bytes, observation.entry.range)
    {
      texts.load(bytes, fields)
    }
    return texts
  }

  /// As the proxy concerned tells it.
  fileprivate func read(
    round: Int, at instant: Timestamp
  ) -> (batch: ObservationBatch, ledger: IngestLedger) {
    let caller = RuleCase.identity(caller, round: round)
    let service = RuleCase.identity(service, round: round) ?? RuleCase.service
    let (reporter, listener) = RuleCase.reporter(self, caller: caller, service: service)
    var texts: [UInt8] = []
    var writer = AccessLogWriter()
    let record = record(listener, caller, round: round, at: instant, &texts)
    writer.append(record, from: texts.span.bytes)
    var stream = AccessLogStream(
      reporter: ProxyID(principal: reporter, node: "case"), listener: listener,
      attribution: Attribution(
        trustDomain: reporter.trustDomain, services: ServiceMap([Self.cluster: service])))
    return stream.read(writer.message, receivedAt: instant.adding(milliseconds: 1))
  }

  private func record(
    _ listener: Listener, _ caller: SPIFFEID?, round: Int, at instant: Timestamp,
    _ bytes: inout [UInt8]
  ) -> AccessLogRecord {
    func add(_ text: String) -> ByteRange {
      defer { bytes += text.utf8 }
      return ByteRange(start: UInt32(bytes.count), count: UInt32(text.utf8.count))
    }
    func add(_ text: RuleCase.Text) -> ByteRange {
      add(self.text(text, round) ?? "")
    }
    var fields = RequestFields(method: method, status: status)
    fields.path = add(.path)
    fields.authority = add(.host)
    fields.scheme = add(.scheme)
    fields.userAgent = add(.userAgent)
    fields.referer = add(.referer)
    fields.userName = add(.userName)
    fields.cookie = add(.cookie)
    fields.contentType = add(.contentType)
    var entry = AccessLogEntry(.http)
    (entry.hasStart, entry.startSeconds) = (true, instant.second)
    entry.startNanoseconds = Int32(instant.microseconds % 1_000_000) * 1_000
    entry.isEncrypted = true
    entry.status = UInt32(status)
    (entry.requestBytes, entry.responseBytes) = (requestBytes, responseBytes)
    entry.details = add("via_upstream")
    entry.upstreamCluster = add(Self.cluster)
    if listener == .inbound, let caller {
      entry.peerURIs = 1
      entry.peerURI = add(caller.description)
    }
    let address = text(.clientAddress, round) ?? (listener == .ingress ? "192.0.2.1" : "")
    let message = AccessLogWriter.address(address.utf8)
    entry.remoteAddress = ByteRange(start: UInt32(bytes.count), count: UInt32(message.count))
    bytes += message
    return AccessLogRecord(entry, request: fields, metadata: EntryMetadata())
  }

  private func text(_ text: RuleCase.Text, _ round: Int) -> String? {
    texts[text]?.replacing("{n}", with: String(round))
  }

  private static let cluster = "service"
}
