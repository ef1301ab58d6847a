internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry
internal import Testing

private let payments = "spiffe://shop.demo/ns/shop/sa/payments"
private let reports = "spiffe://shop.demo/ns/shop/sa/reports"
private let now = Timestamp(seconds: 1_000)
private let action = ActionID(number: 0xA1)
private let other = ActionID(number: 0xB2)

private typealias Entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry

struct MarkTests {
  private func observe(
    _ entries: [Entry]
  ) throws -> (batch: ObservationBatch, ledger: IngestLedger) {
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.httpLogs.logEntry = entries
    var stream = AccessLogStream(
      reporter: ProxyID(principal: SPIFFEID.of(payments), node: "n"), listener: .inbound,
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
    return stream.read(try message.serializedBytes(), receivedAt: now)
  }

  private func entry(_ fill: (inout Entry) -> Void) -> Entry {
    var entry = Entry()
    entry.commonProperties.startTime.seconds = now.second - 1
    entry.commonProperties.upstreamCluster = "application"
    entry.response.responseCode.value = 200
    entry.response.responseCodeDetails = "via_upstream"
    fill(&entry)
    return entry
  }

  @Test("a request that passed is scored as it was, and marked by the shadows that it met")
  func shadows() throws {
    let (batch, _) = try observe([
      entry {
        $0.identify(reports)
        $0.mark(
          "envoy.filters.http.rbac", "flyball_shadow_effective_policy_id", "\(action).outbound")
        $0.mark("envoy.filters.http.rbac", "flyball_shadow_engine_result", "denied")
        $0.mark("flyball.route", "shadow", "\(other)")
      }
    ])
    let seen = try #require(batch.observations.first)
    #expect(seen.outcome == .answered(status: 200))
    #expect(
      batch.marks == [
        RequestMark(.wouldDeny(action), start: seen.start, subjectName: seen.sourceName),
        RequestMark(.wouldReroute(other), start: seen.start, subjectName: seen.sourceName),
      ])
  }

  @Test("what others' shadow rules say, and what names no action, marks nothing")
  func foreignShadows() throws {
    let (batch, _) = try observe([
      entry {
        $0.identify(reports)
        $0.mark("envoy.filters.http.rbac", "shadow_effective_policy_id", "\(action)")
        $0.mark("envoy.filters.http.rbac", "flyball_shadow_effective_policy_id", "allow")
        $0.mark("other.route", "shadow", "\(action)")
      }
    ])
    #expect(batch.observations.count == 1 && batch.marks.isEmpty)
  }

  @Test("a request is rerouted when the cluster that answered is the one the action names")
  func rerouted() throws {
    func outcome(_ cluster: String, _ fill: (inout Entry) -> Void = { _ in }) throws -> [Outcome] {
      try observe([
        entry {
          $0.identify(reports)
          $0.commonProperties.upstreamCluster = cluster
          $0.mark("flyball.route", "action", "\(action)")
          $0.mark("flyball.route", "cluster", "decoy")
          fill(&$0)
        }
      ]).batch.observations.map(\.outcome)
    }
    #expect(try outcome("decoy") == [.rerouted(by: action)])
    // Whatever the decoy made of it, it says nothing about the destination.
    #expect(
      try outcome("decoy") {
        $0.response.responseCode.value = 503
        $0.commonProperties.responseFlags.upstreamConnectionFailure = true
      } == [.rerouted(by: action)])
    // Without a route the request is served as ever, and seen so.
    #expect(try outcome("application") == [.answered(status: 200)])
    #expect(try outcome("decoz") == [.answered(status: 200)])
  }

  @Test("a request that an action sent nowhere is neither proof nor failure")
  func nowhere() throws {
    let (batch, ledger) = try observe([
      entry {
        $0.identify(reports)
        $0.commonProperties.upstreamCluster = ""
        $0.commonProperties.responseFlags.noClusterFound = true
        $0.mark("flyball.route", "action", "\(action)")
        $0.mark("flyball.route", "cluster", "decoy")
      }
    ])
    #expect(batch.observations.isEmpty)
    #expect(ledger.rejected == [.ownEffect: 1])
  }

  @Test("requests without a certificate are nobody's, and marked for whom they came to")
  func strangers() throws {
    let (batch, ledger) = try observe([
      entry {
        $0.response.responseCodeDetails = "rbac_access_denied_matched_policy[\(action)]"
      },
      entry { $0.commonProperties.startTime.seconds = now.second - 9 },
      entry { _ in },
      entry { $0.commonProperties.startTime.seconds = now.second - 5 },
      // Encrypted: it may have shown a certificate without an identity.
      entry { $0.commonProperties.tlsProperties = .init() },
    ])
    #expect(batch.observations.isEmpty)
    #expect(ledger.rejected == [.noPeerIdentity: 5])
    let start = Timestamp(seconds: now.second - 1)
    #expect(
      batch.marks == [
        RequestMark(.denied(by: action), start: start, subjectName: 0),
        RequestMark(.admitted, start: start, subjectName: 0),
      ])
  }

  @Test("a recording keeps the marks and the outcomes, redacted or not", arguments: [false, true])
  func recordings(isRedacted: Bool) throws {
    let source = RecordedSource(
      reporter: ProxyID(principal: SPIFFEID.of(payments), node: "n"), listener: .inbound)
    let entries = [
      entry {
        $0.identify(reports)
        $0.commonProperties.upstreamCluster = "decoy"
        $0.mark("flyball.route", "action", "\(action)")
        $0.mark("flyball.route", "cluster", "decoy")
        $0.mark("envoy.filters.http.rbac", "flyball_shadow_effective_policy_id", "\(other)")
      },
      entry { $0.response.responseCodeDetails = "rbac_access_denied_matched_policy[\(action)]" },
      entry { $0.commonProperties.tlsProperties = .init() },
    ]
    let before = try observe(entries)
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.httpLogs.logEntry = entries
    var writer = RecordingWriter(redaction: isRedacted ? Redaction(key: 7, keeping: []) : nil)
    var reader = RecordingReader()
    let mesh = RecordedMesh(trustDomain: "shop.demo", services: [:], gateways: [])
    reader.append(
      writer.heading(mesh)
        + writer.frames(of: try message.serializedBytes(), from: source, receivedAt: now))
    var last: RecordingFrame?
    while let frame = try reader.next() { last = frame }
    guard case .message(let kept, _, _) = last else {
      Issue.record("no message")
      return
    }
    var stream = AccessLogStream(
      reporter: source.reporter, listener: .inbound,
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
    let (after, ledger) = stream.read(kept, receivedAt: now)
    #expect(after.marks == before.batch.marks)
    #expect(after.observations.map(\.outcome) == before.batch.observations.map(\.outcome))
    #expect(ledger.rejected == before.ledger.rejected)
  }

  @Test("a redacted recording keeps no words of metadata but ids of actions, and no fingerprint")
  func redactedWords() throws {
    let secret = entry {
      $0.identify(reports)
      $0.mark("flyball.route", "action", "secret")
      $0.mark("flyball.route", "cluster", "secret")
      $0.mark("flyball.route", "shadow", "secret")
      $0.mark("envoy.filters.http.rbac", "flyball_shadow_effective_policy_id", "secret")
      $0.commonProperties.tlsProperties.ja3Fingerprint =
        "secret" + String(repeating: "0", count: 26)
      $0.commonProperties.customTags["tls_ja4_fingerprint"] =
        "secret" + String(repeating: "0", count: 30)
    }
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.httpLogs.logEntry = [secret]
    var writer = RecordingWriter(redaction: Redaction(key: 7, keeping: []))
    let source = RecordedSource(
      reporter: ProxyID(principal: SPIFFEID.of(payments), node: "n"), listener: .inbound)
    let bytes = writer.frames(of: try message.serializedBytes(), from: source, receivedAt: now)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"))
  }
}

extension Entry {
  fileprivate mutating func identify(_ uri: String) {
    var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
    name.uri = uri
    commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
  }

  fileprivate mutating func mark(_ filter: String, _ key: String, _ text: String) {
    commonProperties.metadata.filterMetadata[filter, default: .init()].fields[key] =
      .init(stringValue: text)
  }
}
