internal import ControlViews
internal import MeshModel
internal import ThreatIntelligence

extension FeedView {
  init(_ feed: FeedStanding) {
    self.init(
      name: feed.name, indicators: feed.indicators, refused: feed.rejected.total,
      confirmed: feed.confirmedAt?.rfc3339, confirmedMicroseconds: feed.confirmedAt?.microseconds,
      everySeconds: feed.periodSeconds, failures: feed.failures,
      refusal: feed.refusal?.description, remedy: feed.refusal?.remedy)
  }
}
