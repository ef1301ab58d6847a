internal import Access
internal import ArgumentParser
internal import LoopRuntime
internal import MeshModel

struct SignalsTokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make a token for a sender; print it, and what the configuration needs of it.",
    discussion: """
      The token is shown this once, on standard output, and kept nowhere. What goes below \
      'bearer' of the sender is no secret, and comes on standard error.
      """)

  @Option(help: "How long it lives, such as 12h or 90d; at most 400d.")
  var expires = TokenLife.standard

  func run() {
    let random = (0..<AccessToken.randomBytes).map { _ in UInt8.random(in: .min ... .max) }
    guard let token = AccessToken(random: random) else { return }  // There are as many as needed.
    let end = LoopClock().now().adding(milliseconds: expires.seconds * 1_000)
    Terminal.error(
      """
      bearer:
        - id: "\(token.id)"
          sha256: "\(token.digest.hexadecimal)"
          expires: "\(end.rfc3339)"
      """)
    Terminal.out(token.text)
  }
}
