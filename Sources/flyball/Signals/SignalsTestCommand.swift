internal import ArgumentParser
internal import ConfigurationYAML
internal import ControlClient
internal import FeedbackLoop
internal import Foundation
internal import LoopRuntime
internal import MeshModel
internal import Signals
internal import YAMLNodes

struct SignalsTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Say what Flyball would make of a delivery: its signals, whom they are about, policies.",
    discussion: """
      Nothing is delivered. The workloads are those of the configuration and, where a daemon runs, \
      those of its proxies. Exits 1 when a signal cannot be read or is about nobody.
      """)

  @Argument(help: "A file with the body of a delivery.")
  var file: String
  @Option(help: "The configuration file.")
  var config: String
  @Option(help: "Which of its senders delivers it.")
  var sender: String
  @Option(help: "The content type that the sender gives it.")
  var contentType = "application/json"
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      let (configuration, policies) = try RulesCommand.reporting {
        let configuration = try Configuration.load(config)
        return (configuration, try PolicyFolder.load(configuration.policies))
      }
      let senders = configuration.signals?.senders ?? []
      guard let door = senders.first(where: { $0.name == sender }) else {
        throw CommandFailure(
          message: "signals.senders of \(config) has no '\(sender)'; it has "
            + (senders.isEmpty ? "none" : senders.map(\.name).joined(separator: ", ")),
          exitCode: 2)
      }
      let reading = try read(by: door.format)
      let known = KnownWorkloads(
        proxies: await proxies(), configured: Set(configuration.services.map(\.principal)))
      let rules = WorkloadRules(door.workloads)
      let signals = reading.signals.map {
        AttributedSignal($0, rules.attribution(of: $0, among: known))
      }
      for signal in signals { tell(signal, policies) }
      for refused in reading.refused {
        Terminal.out(Terminal.safe("signal \(refused.position): \(refused.reason)"))
      }
      if reading.leftOut > 0 { Terminal.out("\(reading.leftOut) more were left out") }
      let isWhole = reading.refused.isEmpty && reading.leftOut == 0
      guard isWhole, signals.allSatisfy({ $0.attribution.subject != nil }) else {
        throw ExitCode(1)
      }
    }
  }

  private func read(by format: SignalFormat) throws -> SignalReading {
    let body: Data
    do {
      body = try Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      throw CommandFailure(message: "\(file) cannot be read", exitCode: 2)
    }
    do {
      return try format.read(
        SignalDelivery(headers: ["content-type": [contentType]], body: Array(body)),
        at: LoopClock().now())
    } catch {
      throw CommandFailure(message: "\(file): \(error)", exitCode: 1)
    }
  }

  /// None where no daemon answers, which is said.
  private func proxies() async -> [ProxyID] {
    guard let nodes = try? await socket.client.nodes() else {
      Terminal.error("no daemon answers: workloads are known from the configuration alone")
      return []
    }
    return nodes.compactMap { node in
      // What it lists always is an identity.
      (try? SPIFFEID(parsing: node.principal)).map { ProxyID(principal: $0, node: node.node) }
    }
  }

  private func tell(_ item: AttributedSignal, _ policies: [ResponsePolicy]) {
    let signal = item.signal
    let status =
      switch signal.status {
      case .firing: "firing"
      case .occurred: "occurred"
      case .resolved: "resolved"
      }
    let severity = signal.severity?.rawValue ?? "no severity"
    var lines = [
      "\(status)  \(signal.name)  \(severity)  \(signal.title)", "  about \(item.attribution)",
    ]
    lines += signal.remarks.map { "  \($0)" }
    if let subject = item.attribution.subject {
      let detection = MatchedAlert(
        incident: "", sender: sender, name: signal.name, title: signal.title,
        severity: signal.severity, senders: [sender]
      ).detection(against: subject, at: signal.started)
      let matching = policies.filter { $0.matches(detection) }.map(\.name)
      lines.append(
        matching.isEmpty
          ? "  no policy answers it" : "  answered by \(matching.joined(separator: ", "))")
    }
    for line in lines { Terminal.out(Terminal.safe(line)) }
  }
}
