internal import ArgumentParser
internal import ConfigurationYAML
internal import LoopRuntime
internal import MeshModel
internal import Notifications
internal import NotificationsHTTP
internal import YAMLNodes

struct NotifyTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Send one test notice to a receiver, and say what it answers.",
    discussion: """
      It is sent at once, whatever events the receiver is told of and whatever is silenced; no daemon \
      is needed. Exit code 3: the receiver does not answer; 4: it refuses.
      """)

  @Argument(help: "The receiver's name.")
  var name: String
  @Option(help: "The configuration file.")
  var config: String

  func run() async throws {
    try await reporting {
      let (receiver, terms) = try configured()
      let now = LoopClock().now()
      let notice = terms.writer.test(id: "\(now.microseconds)", at: now)
      let answer = try await NoticeCourier(to: receiver, of: terms).send(notice, at: now)
      switch answer.outcome {
      case .answered(200..<300, _): print(Terminal.safe("told: \(answer.text)"))
      case .answered:
        throw CommandFailure(message: Terminal.safe("refused: \(answer.text)"), exitCode: 4)
      case .unreachable, .silenced:
        throw CommandFailure(message: Terminal.safe("no answer: \(answer.text)"), exitCode: 3)
      }
    }
  }

  private func configured() throws -> (NoticeReceiver, NotificationTerms) {
    let terms: NotificationTerms?
    do {
      terms = try Configuration.load(config).notifications
    } catch {
      Terminal.error(Terminal.safeLines(error.description))
      throw ExitCode(2)
    }
    guard let terms, let receiver = terms.receivers.first(where: { $0.name == name }) else {
      let known = terms?.receivers.map(\.name).joined(separator: ", ") ?? "none"
      throw CommandFailure(
        message: Terminal.safe("no receiver '\(name)' in \(config); known are: \(known)"),
        exitCode: 2)
    }
    return (receiver, terms)
  }
}
