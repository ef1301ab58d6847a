internal import ConfigurationYAML
internal import Logging
internal import LoopRuntime
internal import ServiceLifecycle
internal import UnixSignals
internal import YAMLNodes

/// On SIGHUP reads the policies again: all of them, or none and the last good set stays.
struct Reload: Service {
  let folder: String
  let loop: Loop
  let scoring: Scoring
  private let logger = Logger(label: "flyball.reload")

  init(folder: String, loop: Loop, scoring: Scoring) {
    self.folder = folder
    self.loop = loop
    self.scoring = scoring
  }

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      do {
        let policies = try PolicyFolder.load(folder)
        await loop.replacePolicies(policies)
        await scoring.retune(policies)
        logger.info("policies read", metadata: ["count": "\(policies.count)"])
      } catch {
        for mistake in error.all {
          logger.error("the last good policies stay", metadata: ["mistake": "\(mistake)"])
        }
      }
    }
  }
}
