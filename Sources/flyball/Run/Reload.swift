internal import ConfigurationYAML
internal import FeedsHTTP
internal import Logging
internal import LoopRuntime
internal import RuleScoring
internal import ServiceLifecycle
internal import Sigma
internal import UnixSignals
internal import YAMLNodes

/// On SIGHUP reads policies and rules again, all of them, or none and the last good set stays; and of
/// the configuration its feeds, as they are there, or those before stay.
struct Reload: Service {
  private let file: ConfigurationFile
  private let loop: Loop
  private let scoring: Scoring
  private let feeds: FeedService
  private let logger = Logger(label: "flyball.reload")

  init(_ file: ConfigurationFile, loop: Loop, scoring: Scoring, feeds: FeedService) {
    self.file = file
    self.loop = loop
    self.scoring = scoring
    self.feeds = feeds
  }

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      do {
        let policies = try PolicyFolder.load(file.configuration.policies)
        if let rules = file.configuration.rules { try await replace(LoadedRules(folder: rules)) }
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
      readFeeds()
    }
  }

  private func readFeeds() {
    do {
      var next = try ConfigurationFile.load(file.file).configuration
      feeds.replace(next.threats)
      next.threats = file.configuration.threats
      if next != file.configuration {
        logger.warning("of the configuration more changed than its feeds: start Flyball again")
      }
    } catch {
      for mistake in error.all {
        logger.error("the feeds stay as they are", metadata: ["mistake": "\(mistake)"])
      }
    }
  }

  private func replace(_ rules: LoadedRules) async throws(PatternError) {
    try await scoring.rules?.replace(rules)
    logger.info("rules read", metadata: ["count": "\(rules.count)"])
  }
}
