internal import ArgumentParser
internal import BenchMessages
internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry

struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Read access log entries: ours, or SwiftProtobuf in full, for comparison.")

  @Option(help: "Distinct messages of 26 entries.")
  var messages = 1_000

  @Option(help: "Rounds over them.")
  var rounds = 20

  @Option(help: "wire: read the fields; stream: to attributed observations; swift-protobuf.")
  var reader = Reader.stream

  enum Reader: String, ExpressibleByArgument {
    case wire
    case stream
    case swiftProtobuf = "swift-protobuf"
  }

  func run() throws {
    let log = try Messages.inbound(count: messages, entries: 26, callers: 50, seed: 1)
    let entries = rounds * messages * 26
    var stream = try Self.stream()
    var kept = 0
    let before = processorSeconds()
    for _ in 0..<rounds {
      for message in log {
        switch reader {
        case .wire:
          AccessLogReader.forEachEntry(in: message.span.bytes) { _, entry in
            kept &+= entry?.status == 200 ? 1 : 0
          }
        case .stream:
          kept &+=
            stream.read(message, receivedAt: Timestamp(seconds: 1_700_000_000))
            .batch.observations.count
        case .swiftProtobuf:
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
      {"reader": "\(reader.rawValue)", "entries": \(entries), \
      "bytesPerEntry": \(log.reduce(0) { $0 + $1.count } / (messages * 26)), \
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
