internal import ArgumentParser
internal import ControlViews
internal import ControlClient
internal import Foundation

struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "List actions or nodes, or tell what the loop's last test of itself found.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case actions
    case nodes
    case selfTest = "self-test"
  }

  enum Output: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
  }

  @Argument(help: "actions, nodes or self-test.")
  var kind: Kind
  @Option(name: [.short, .long], help: "table or json.")
  var output: Output = .table
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      switch (kind, output) {
      case (.actions, .json): print(try await socket.client.text("/v1/actions"))
      case (.nodes, .json): print(try await socket.client.text("/v1/nodes"))
      case (.selfTest, .json): print(OutputJSON.text(try await socket.client.status().selfTest))
      case (.actions, .table): try await printActions()
      case (.nodes, .table): try await printNodes()
      case (.selfTest, .table): try await printSelfTest()
      }
    }
  }

  private func printActions() async throws {
    let actions = try await socket.client.actions()
    let status = try await socket.client.status()
    if status.paused { Terminal.error("Flyball is paused: no new action starts") }
    if let unsafe = status.unsafe { Terminal.error("Flyball does not act: \(unsafe)") }
    guard !actions.isEmpty else {
      Terminal.error("No actions yet.")
      return
    }
    print(
      Terminal.table(
        ["ACTION", "STATE", "STAGE", "SUBJECT", "PROOF", "ENDS", "POLICY"],
        actions.map { action in
          [
            action.id, action.state, action.stage, action.subject, action.proof,
            String(action.notAfter.dropLast(8)) + "Z", action.policy,
          ]
        }))
  }

  private func printSelfTest() async throws {
    guard let test = try await socket.client.status().selfTest else {
      Terminal.error(
        "The loop does not test itself: selfTest.every is off, or no proxy has a probe.")
      return
    }
    if let reason = test.heldBack { Terminal.error("The next waits: \(Terminal.safe(reason))") }
    guard let last = test.last else {
      Terminal.error("None was made yet.")
      return
    }
    print(
      Terminal.safe("Self-test \(last.action), begun at \(last.began): \(last.text)"))
    if let remedy = last.remedy { print("What to do: \(remedy)") }
    print(
      Terminal.table(
        ["STAGE", "SECONDS"],
        last.stages.map { [$0.stage, String(format: "%.3f", $0.seconds)] }))
  }

  private func printNodes() async throws {
    let nodes = try await socket.client.nodes()
    guard !nodes.isEmpty else {
      Terminal.error("No proxy is connected.")
      return
    }
    print(
      Terminal.table(
        ["NODE", "ENVOY", "CONTROL", "LOGS", "FILTERS", "IDENTITY"],
        nodes.map { node in
          [
            node.node, node.version ?? "-", node.attached ? "attached" : "detached",
            node.reporting ? (node.gateway ? "gateway" : "open") : "silent",
            node.filters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
              .joined(separator: ", "),
            node.principal,
          ]
        }))
  }
}

extension ActionView {
  /// Proxies that accepted, of all in scope.
  var proof: String {
    "\(proxies.filter { $0.accepted != nil }.count)/\(proxies.count)"
  }
}
