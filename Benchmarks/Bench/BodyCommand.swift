internal import ArgumentParser
internal import BenchMessages
internal import EnvoyAPI
internal import Foundation
internal import SwiftProtobuf

struct BodyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "body",
    abstract: "Write one access log stream as a gRPC request body, for a load generator.")

  @Option(help: "Messages of 26 entries, about 16 KiB each.")
  var messages = 64

  @Argument(help: "The file to write.")
  var output: String

  func run() throws {
    var first = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    first.identifier.logName = "flyball.inbound"
    first.identifier.node.id = "payments-1"
    first.identifier.node.cluster = "spiffe://\(Messages.trustDomain)/ns/shop/sa/payments"
    let log = try Messages.inbound(count: messages, entries: 26, callers: 50, seed: 2)
    var body: [UInt8] = []
    for message in [try first.serializedBytes()] + log {
      body.append(0)
      body += withUnsafeBytes(of: UInt32(message.count).bigEndian, Array.init)
      body += message
    }
    try Data(body).write(to: URL(fileURLWithPath: output))
    print(
      """
      {"messages": \(messages + 1), "entries": \(messages * 26), "bytes": \(body.count)}
      """)
  }
}
