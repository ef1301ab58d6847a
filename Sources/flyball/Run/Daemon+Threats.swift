internal import ConfigurationYAML
internal import FeedsHTTP
internal import LoopRuntime
internal import MeshModel

extension Daemon {
  /// Who fetches feeds and gives what they hold to those who match; none without feeds.
  func feedServices(
    _ lane: RuleLane, now: @escaping @Sendable () -> Timestamp
  ) -> [FeedService] {
    guard let threats = configuration.threats else { return [] }
    return [
      FeedService(threats, secret: .random(in: .min ... .max), now: now) { index in
        await lane.replace(index)
      }
    ]
  }
}
