internal import ArgumentParser
internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Read access log entries: ours, or SwiftProtobuf in full, for comparison.")

  @Option(help: "Rounds over 1,000 distinct messages of 26 entries.")
  var rounds = 20

  @Option(help: "ours or swift-protobuf")
  var reader = "ours"

  func run() throws {
    let messages = try Messages.inbound(count: 1_000, entries: 26, callers: 50, seed: 1)
    let entries = rounds * 26_000
    let bytes = messages.reduce(0) { $0 + $1.count } / 26_000
    var stream = try Self.stream()
    var kept = 0
    let before = processorSeconds()
    for _ in 0..<rounds {
      for message in messages {
        if reader == "ours" {
          kept &+=
            stream.read(message, receivedAt: Timestamp(seconds: 1_700_000_000))
            .batch.observations.count
        } else {
          kept &+= try Envoy_Service_Accesslog_V3_StreamAccessLogsMessage(
            serializedBytes: message
          ).httpLogs.logEntry.count
        }
      }
    }
    let seconds = processorSeconds() - before
    guard kept == entries else { throw ValidationError("lost entries: \(kept) of \(entries)") }
    print(
      """
      {"reader": "\(reader)", "entries": \(entries), "bytesPerEntry": \(bytes), \
      "nanosecondsPerEntry": \(seconds * 1e9 / Double(entries))}
      """)
  }

  static func stream() throws -> AccessLogStream {
    AccessLogStream(
      reporter: ProxyID(
        principal: try SPIFFEID(parsing: "spiffe://\(Messages.trustDomain)/ns/shop/sa/payments"),
        node: "payments-1"),
      listener: .inbound,
      attribution: Attribution(
        trustDomain: Messages.trustDomain, services: ServiceMap([:])))
  }
}
