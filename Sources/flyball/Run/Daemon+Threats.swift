internal import ConfigurationYAML
internal import FeedsHTTP
internal import LoopRuntime
internal import MeshModel

extension Daemon {
  /// Who fetches feeds and gives what they hold to those who match.
  func feedService(
    _ lane: RuleLane, now: @escaping @Sendable () -> Timestamp
  ) -> FeedService {
    FeedService(configuration.threats, secret: .random(in: .min ... .max), now: now) { index in
      await lane.replace(index)
    }
  }
}
