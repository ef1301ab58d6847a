internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry
internal import Testing

/// What the self-test's offender is to have done, as access logs.
struct SyntheticOffenceTests {
  private let now = Timestamp(microseconds: 1_000_400_000)
  private let offender = SPIFFEID.selfTest(in: "shop.demo")

  @Test("its own side and each place report the same failed contacts, and none is rejected")
  func reports() {
    let reports = SyntheticOffence(offender: offender, action: ActionID(number: 7))
      .reports(at: now)
    #expect(reports.map(\.batch.vantage) == [.source, .destination, .destination])
    #expect(reports.allSatisfy { $0.ledger.rejected.isEmpty })
    #expect(reports.map(\.ledger.received).reduce(0, +) == UInt64(SyntheticOffence.entries))
    let contacts = reports.map { report in
      Set(report.batch.observations.map { [$0.source, $0.destination, $0.path] })
    }
    #expect(contacts[0] == contacts[1].union(contacts[2]))
    #expect(contacts[1].isDisjoint(with: contacts[2]))
    for (batch, _) in reports {
      #expect(batch.reporter.principal.isReserved && batch.reporter.node == "fb-000000000007")
      for observation in batch.observations {
        #expect(batch.source(of: observation) == .workload(offender))
        #expect(observation.outcome == .answered(status: 404))
        #expect(observation.start <= now)
      }
    }
  }

  @Test("in a proxy's own log no caller has an identity of the self-test")
  func refused() throws {
    var stream = AccessLogStream(
      reporter: ProxyID(
        principal: try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/users"), node: "users"),
      listener: .inbound,
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    let names = [offender.description, SPIFFEID.selfTest(in: "shop.demo", place: 1).description]
    message.httpLogs.logEntry = names.map { uri in
      var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
      var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
      name.uri = uri
      entry.commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
      entry.request.path = "/a"
      entry.response.responseCode.value = 404
      return entry
    }
    let (batch, ledger) = stream.read(try message.serializedBytes(), receivedAt: now)
    #expect(batch.observations.isEmpty)
    #expect(ledger.rejected == [.reserved: 2])
  }
}
