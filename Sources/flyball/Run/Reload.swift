internal import ConfigurationYAML
internal import Logging
internal import LoopRuntime
internal import RuleScoring
internal import ServiceLifecycle
internal import Sigma
internal import UnixSignals
internal import YAMLNodes

/// On SIGHUP reads policies and rules again: all of them, or none and the last good set stays.
struct Reload: Service {
  private let policies: String
  private let rules: String?
  private let loop: Loop
  private let scoring: Scoring
  private let logger = Logger(label: "flyball.reload")

  init(_ configuration: Configuration, loop: Loop, scoring: Scoring) {
    policies = configuration.policies
    rules = configuration.rules
    self.loop = loop
    self.scoring = scoring
  }

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      do {
        let policies = try PolicyFolder.load(policies)
        if let rules { try await replace(LoadedRules(folder: rules)) }
        await loop.replacePolicies(policies)
        await scoring.retune(policies)
        logger.info("policies read", metadata: ["count": "\(policies.count)"])
      } catch let error as Diagnostics {
        for mistake in error.all {
          logger.error("the last good policies and rules stay", metadata: ["mistake": "\(mistake)"])
        }
      } catch {
        logger.error("the last good policies and rules stay", metadata: ["mistake": "\(error)"])
      }
    }
  }

  private func replace(_ rules: LoadedRules) async throws(PatternError) {
    try await scoring.rules?.replace(rules)
    logger.info("rules read", metadata: ["count": "\(rules.count)"])
  }
}
