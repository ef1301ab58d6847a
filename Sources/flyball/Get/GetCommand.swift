internal import ArgumentParser
internal import ControlClient
internal import ControlViews
internal import Foundation

struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "List actions, alerts, nodes and so on, or tell what the loop's last test found.",
    discussion: """
      actions: what was done. alerts: what was found, and what came of it. feeds: lists of \
      indicators, how old each is, and what to do about it. incidents: what other systems report. \
      nodes: proxies. notices: who is told of it, and what is owed to each. \
      policies: those in force. rules: Sigma rules that run. scores: who is suspected of what. \
      self-test: what the loop's last test of itself found. services: identities with their traffic.
      """)

  enum Output: String, ExpressibleByArgument, CaseIterable {
    case table
    case wide
    case name
    case json
    case yaml
  }

  @Argument(help: "What to list.")
  var kind: Kind
  @Option(name: [.short, .long], help: "How to print it.")
  var output: Output = .table
  @Flag(
    name: [.short, .long],
    help: "Goes on, and prints each row again when it changes, until it is interrupted.")
  var watch = false
  @OptionGroup var socket: SocketOption

  func validate() throws {
    guard !watch || output == .table || output == .wide || output == .name else {
      throw ValidationError("--watch prints rows: use it with -o table, wide or name.")
    }
  }

  func run() async throws {
    try await reporting {
      switch output {
      case .json: print(try await json())
      case .yaml: print(OutputYAML.text(json: try await json()), terminator: "")
      case .table, .wide, .name:
        let listing = try await kind.listing(socket.client)
        listing.notes.forEach(Terminal.error)
        if listing.rows.isEmpty { Terminal.error(listing.whenEmpty) }
        if let text = listing.text(output) { Terminal.out(text) }
        if watch { try await follow(listing) }
      }
    }
  }

  private func json() async throws -> String {
    if let path = kind.path { return try await socket.client.text(path) }
    let status = try await socket.client.status()
    return kind == .feeds ? OutputJSON.text(status.feeds ?? []) : OutputJSON.text(status.selfTest)
  }

  private func follow(_ first: Listing) async throws {
    var shown = first
    while true {
      try await Task.sleep(for: .seconds(1))
      let next = try await kind.listing(socket.client)
      for line in next.changes(since: shown, as: output, widths: first.widths(output)) {
        Terminal.out(line)
      }
      shown = next
    }
  }
}
