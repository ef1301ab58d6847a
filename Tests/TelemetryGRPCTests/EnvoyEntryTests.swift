internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry
@testable internal import TelemetryGRPC
internal import Testing

struct EnvoyEntryTests {
  @Test("unknown fields and enumeration values are skipped")
  func unknownFields() throws {
    var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
    entry.commonProperties.accessLogType = .downstreamEnd
    entry.request.path = "/a"
    entry.response.responseCode.value = 200
    var bytes: [UInt8] = try entry.serializedBytes()
    // Field 1000, a varint, and field 2000, a text.
    bytes += [0xC0, 0x3E, 0x05] + [0x82, 0x7D, 0x02, 0x41, 0x42]
    let read = try Envoy_Data_Accesslog_V3_HTTPAccessLogEntry(serializedBytes: bytes)
    let record = AccessLogRecord(read)
    #expect(record.path == "/a")
    #expect(record.status == 200)
    #expect(record.isFinal)
    entry.commonProperties.accessLogType = .UNRECOGNIZED(99)
    #expect(!AccessLogRecord(entry).isFinal)
  }

  @Test("times at the ends of their range neither trap nor pass as real")
  func hostileTimes() {
    for (seconds, nanos) in [(Int64.max, Int32.max), (.min, .min), (1, .max), (0, 0)] {
      var entry = Envoy_Data_Accesslog_V3_TCPAccessLogEntry()
      entry.commonProperties.startTime.seconds = seconds
      entry.commonProperties.startTime.nanos = nanos
      _ = AccessLogRecord(entry).start
    }
  }

  @Test("a TCP entry gives its peer, its end, and its denial")
  func tcp() {
    var entry = Envoy_Data_Accesslog_V3_TCPAccessLogEntry()
    entry.commonProperties.accessLogType = .tcpConnectionEnd
    entry.commonProperties.connectionTerminationDetails = "d"
    entry.commonProperties.responseFlags.upstreamConnectionFailure = true
    var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
    name.uri = "spiffe://shop.demo/a"
    entry.commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
    let record = AccessLogRecord(entry)
    #expect(record.transport == .tcp)
    #expect(record.isFinal && record.isUnreachable)
    #expect(record.peerURIs == ["spiffe://shop.demo/a"])
    #expect(record.details == "d")
    entry.commonProperties.accessLogType = .tcpPeriodic
    #expect(!AccessLogRecord(entry).isFinal)
  }
}
