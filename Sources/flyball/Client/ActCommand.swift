internal import ArgumentParser
internal import ControlViews
internal import ControlClient
internal import Foundation

struct ActCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "act", abstract: "Order an action yourself.",
    discussion: """
      It passes the guardrails, is recorded first, proved, and ends at its time or by 'flyball revert'. \
      No score ends it earlier; what cannot be proved stays, and is named.

        flyball act quarantine spiffe://shop.demo/ns/shop/sa/reports --for 15m --reason "stolen key"
        flyball act quarantine spiffe://shop.demo/ns/shop/sa/reports --for 15m --dry-run
        flyball act throttle spiffe://shop.demo/ns/shop/sa/reports --rate 5 --for 1h --reason "runaway job"
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case throttle, reroute, quarantine
    case tightenMTLS = "tighten-mtls"
  }

  @Argument(help: "throttle, reroute, quarantine or tighten-mtls.")
  var kind: Kind
  @Argument(help: "Whom: a SPIFFE ID, or '<address> at <SPIFFE ID of a gateway>'.")
  var subject: String
  @Option(name: .customLong("for"), help: "How long: 90s, 10m or 2h; at most limits.maxTTL.")
  var lifetime: TimeSpan
  @Option(help: "Why; it is kept in the history. Needed, but for --dry-run.")
  var reason: String?
  @Option(help: "Of a throttle: requests a second.")
  var rate: UInt32?
  @Option(help: "Of a throttle: requests at once (default: the rate).")
  var burst: UInt32?
  @Option(help: "Of a reroute: the cluster that answers instead.")
  var to: String?
  @Flag(
    help: "Do nothing; print what it would do: exactly what is written, where, and the traffic.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var socket: SocketOption

  func validate() throws {
    guard dryRun || reason != nil else { throw ValidationError("Say why, with --reason.") }
    guard (kind == .throttle) == (rate != nil) else {
      throw ValidationError("A throttle, and nothing else, takes --rate.")
    }
    guard kind == .throttle || burst == nil else {
      throw ValidationError("Only a throttle takes --burst.")
    }
    guard (kind == .reroute) == (to != nil) else {
      throw ValidationError("A reroute, and nothing else, takes --to.")
    }
  }

  func run() async throws {
    try await reporting {
      var order = OrderBody(
        subject: subject, action: kind.rawValue, seconds: lifetime.seconds, reason: reason ?? "")
      order.rate = rate
      order.burst = burst
      order.cluster = to
      if dryRun {
        try Self.show(try await socket.client.preview(order))
        return
      }
      let question = "\(kind.rawValue) \(subject) for \(lifetime.seconds) s?"
      guard try yes || Terminal.confirms(question) else {
        throw CommandFailure(message: "nothing done", exitCode: 4)
      }
      let before = Set(try await socket.client.actions().map(\.id))
      _ = try await socket.client.act(order)
      let started = try await socket.client.actions().first {
        !before.contains($0.id) && $0.subject == subject
      }
      let id = started?.id ?? ""
      print("ordered \(id): 'flyball describe action \(id)' tells whether it took effect")
    }
  }

  /// What would be refused ends as the order would.
  private static func show(_ preview: OrderPreview) throws(CommandFailure) {
    let percent = preview.trafficShare.map { String(format: "%.1f %%", $0 * 100) }
    let calls = preview.calls.map {
      "\($0.peer) \(String(format: "%.1f/s", $0.requestsPerSecond))"
    }
    var lines = [
      "Would     \(preview.stage) \(preview.subject), until \(preview.notAfter)",
      "Traffic   "
        + (percent.map { "at most \($0) of the mesh's requests" } ?? "nothing is known of it"),
    ]
    if !calls.isEmpty { lines.append("          " + calls.joined(separator: ", ")) }
    lines += [
      "Scope     \(preview.scope.count + preview.scopeLeftOut) proxies", "",
      Terminal.table(
        ["PROXY", "CAN ENFORCE IT"],
        preview.scope.map { [$0.proxy, $0.incapacity.map { "no: \($0)" } ?? "yes"] }),
    ]
    for object in preview.objects { lines += ["", object.name, object.text] }
    Terminal.out(lines.map(Terminal.safeLines).joined(separator: "\n"))
    if let refused = preview.refused {
      throw CommandFailure(message: "it would be refused: \(refused)", exitCode: 4)
    }
  }
}
