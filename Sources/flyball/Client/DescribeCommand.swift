internal import ArgumentParser
internal import ControlViews
internal import ControlClient
internal import Foundation
internal import MeshModel

struct DescribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Tell an action's story with its evidence.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case action
  }

  enum Output: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case yaml
  }

  @Argument(help: "What to describe.")
  var kind: Kind
  @Argument(help: "The action's id.")
  var id: String
  @Option(name: [.short, .long], help: "How to print it.")
  var output: Output = .text
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      switch output {
      case .json: print(try await json())
      case .yaml: print(OutputYAML.text(json: try await json()), terminator: "")
      case .text: print(Self.story(try await socket.client.action(id)))
      }
    }
  }

  private func json() async throws -> String {
    try await socket.client.text("/v1/actions/\(id)")
  }

  private static func story(_ action: ActionView) -> String {
    var lines = [
      "Action    \(action.id)  \(action.state)", "Subject   \(action.subject)",
      "Policy    \(action.policy), detector \(action.detector)",
      "Stage     \(action.stage), ends at \(action.notAfter)",
    ]
    if let rule = action.rule { lines += story(rule) }
    if let indicator = action.indicator { lines += story(indicator) }
    if let verdict = action.verdict { lines.append("Verdict   \(verdict)") }
    if let reason = action.reason { lines.append("Reason    \(reason)") }
    if let fingerprint = action.fingerprint {
      lines.append("Approve   flyball approve \(action.id) --fingerprint \(fingerprint)")
    }
    if !action.approvedBy.isEmpty {
      lines.append("Approved  by \(action.approvedBy.joined(separator: ", "))")
    }
    if let name = action.revertedBy { lines.append("Reverted  by \(name)") }
    if action.relapses > 0 {
      lines.append(
        "Relapses  \(action.relapses); it is held \(1 << min(action.relapses, 4)) times as long")
    }
    if action.comparedCalls > 0 {
      lines.append("Others    \(action.comparedCalls) calls compared with what they were before")
    }
    if !action.proxies.isEmpty {
      lines += [
        "",
        Terminal.table(
          ["PROXY", "ACCEPTED", "READBACK", "STOPPED", "PROBE", "LET THROUGH"],
          action.proxies.map { proxy in
            [
              proxy.proxy,
              proxy.rejected.map { "rejected: \($0)" } ?? proxy.incapacity ?? time(proxy.accepted),
              proxy.readback.map { $0 ? "holds it" : "lacks it" } ?? "-",
              time(proxy.firstStopped), proxy.probe ?? "-", time(proxy.served),
            ]
          }),
      ]
    }
    lines.append("")
    let start = action.events?.first?.microseconds ?? 0
    for event in action.events ?? [] {
      let offset = String(format: "%+11.3f s", Double(event.microseconds - start) / 1e6)
      lines.append(
        "\(offset)  \(event.event.padding(toLength: 18, withPad: " ", startingAt: 0)) \(event.detail)"
      )
    }
    return lines.map(Terminal.safeLines).joined(separator: "\n")
  }

  private static func story(_ rule: MatchedRule) -> [String] {
    var lines = ["Rule      \(rule.title) (\(rule.level.rawValue)), \(rule.name ?? rule.id)"]
    lines.append(
      "          by \(rule.author ?? "an author that is not named"), licence"
        + " \(rule.license ?? "not stated")")
    if !rule.tags.isEmpty { lines.append("          \(rule.tags.joined(separator: ", "))") }
    lines += rule.references.map { "          \($0)" }
    return lines + ["Matched   \(rule.matched)"]
  }

  private static func story(_ indicator: IndicatorView) -> [String] {
    var lines = [
      "Met       \(indicator.kind) \(indicator.value), entry \(indicator.entry) of feed"
        + " \(indicator.feed), confidence \(indicator.confidence)"
    ]
    if let since = indicator.since, let until = indicator.until {
      lines.append("          listed since \(since), until \(until)")
    }
    return lines + [indicator.link].compactMap { $0.map { "          \($0)" } }
  }

  private static func time(_ instant: String?) -> String {
    instant.map { String($0.dropFirst(11)) } ?? "-"
  }
}

extension Terminal {
  static func safeLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { safe(String($0)) }
      .joined(separator: "\n")
  }
}
