internal import ArgumentParser
internal import ControlViews
internal import ControlClient
internal import Foundation

struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Stop new actions. What is in force goes on to its release.")
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      try await socket.client.order("/v1/pause")
      print("paused: no new action starts; releases go on")
    }
  }
}

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let Flyball act again.")
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      try await socket.client.order("/v1/resume")
      print("resumed")
    }
  }
}

struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Let an action that waits for approval take effect.",
    discussion: """
      What is approved is what you saw: shows the action and asks, or takes the fingerprint that \
      'flyball describe action' showed. Where a policy asks for several approvals, each must come from \
      another user.
      """)
  @Argument(help: "The action's id.")
  var id: String
  @Option(help: "The fingerprint of what you saw, to be asked nothing.")
  var fingerprint: String?
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      let shown =
        if let fingerprint { fingerprint } else { try await confirmed() }
      try await socket.client.order("/v1/actions/\(id)/approve?fingerprint=\(shown)")
      let action = try await socket.client.action(id)
      print(
        action.state == "awaiting-approval"
          ? "approved \(id); another user must agree" : "approved \(id)")
    }
  }

  /// The fingerprint of what the operator agreed to.
  private func confirmed() async throws -> String {
    let action = try await socket.client.action(id)
    guard let fingerprint = action.fingerprint else {
      throw CommandFailure(message: "it is \(action.state), not awaiting approval", exitCode: 4)
    }
    let last = action.events?.last?.detail ?? ""
    let question = "\(action.stage) \(action.subject) (\(action.policy); \(last))?"
    guard Terminal.inputIsInteractive else {
      throw CommandFailure(
        message: "not a terminal: add --fingerprint, from 'flyball describe action \(id)'",
        exitCode: 4)
    }
    guard try Terminal.confirms(question) else {
      throw CommandFailure(message: "nothing done", exitCode: 4)
    }
    return fingerprint
  }
}

struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject", abstract: "Refuse an action that waits for approval.")
  @Argument(help: "The action's id.")
  var id: String
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      try await socket.client.order("/v1/actions/\(id)/reject")
      print("rejected \(id)")
    }
  }
}

struct DeployCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy", abstract: "Announce that a workload changes on purpose, before it does.",
    discussion: """
      For an hour what is usual of the workload, and of calls to it, is learned anew, within twice of \
      what it was. Until it is learned only overwhelming evidence and the guards act against it.
      """)
  @Argument(help: "The workload's SPIFFE ID.")
  var workload: String
  @OptionGroup var socket: SocketOption

  func run() async throws {
    try await reporting {
      try await socket.client.deploy(workload)
      print("announced: \(Terminal.safe(workload)) is learned anew")
    }
  }
}
