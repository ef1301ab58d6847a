internal import Access
internal import ConfigurationYAML
internal import ControlAPI
internal import Logging
internal import ServiceLifecycle
internal import YAMLNodes

/// Looks each second whether the token file was replaced, and takes it up. What cannot be used is named
/// once, and what was in force stays.
struct AccessReload: Service {
  let settings: APISettings
  let keeper: AccessKeeper
  private let logger = Logger(label: "flyball.access")

  func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      // What changed since it was read at the start counts as well.
      var tokens: FileStamp?
      while true {
        try await Task.sleep(for: .seconds(1))
        let newTokens = settings.tokens.flatMap { FileStamp($0) }
        if newTokens != tokens { reloadTokens() }
        tokens = newTokens
      }
    }
  }

  private func reloadTokens() {
    if let path = settings.tokens, TokenFile.isWritableByOthers(path) {
      logger.error(
        "the tokens in force stay: others may write the file", metadata: ["file": "\(path)"])
      return
    }
    do {
      keeper.replace(try settings.directory())
      logger.info("tokens read")
    } catch {
      for mistake in error.all {
        logger.error("the tokens in force stay", metadata: ["mistake": "\(mistake)"])
      }
    }
  }
}

extension APISettings {
  /// Whom the configuration and the token file let in.
  func directory() throws(Diagnostics) -> OperatorDirectory {
    guard let tokens else { return OperatorDirectory(operators: operators) }
    return OperatorDirectory(operators: operators, tokens: try TokenFile.load(tokens))
  }
}
