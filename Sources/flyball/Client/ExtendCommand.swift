internal import ArgumentParser
internal import ControlClient
internal import ControlViews

struct ExtendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extend", abstract: "Keep an action longer than it would last.",
    discussion: """
      Its deadline moves later in the history first, then inside every proxy. From now it may last no \
      longer than its policy's ttl, and from its beginning no longer than limits.maxContinuous. A low \
      score releases it all the same.

        flyball extend 1a2b3c --by 10m --reason "the key is not replaced yet"
      """)
  @Argument(help: "The action's id.")
  var id: String
  @Option(help: "How much longer: 90s, 10m or 2h.")
  var by: TimeSpan
  @Option(help: "Why; it is kept in the history.")
  var reason: String
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      _ = try await socket.client.extend(id, ExtendBody(seconds: by.seconds, reason: reason))
      print("ordered: 'flyball describe action \(id)' tells whether all proxies took it")
    }
  }
}
