internal import ControlViews
internal import MeshModel
internal import ThreatIntelligence

extension FeedView {
  /// Why a version is not held may tell of places and paths: that is for who may see the whole mesh.
  init(_ feed: FeedStanding, isWhole: Bool) {
    self.init(
      name: feed.name, indicators: feed.indicators, refused: feed.rejected.total,
      confirmed: feed.confirmedAt?.rfc3339, confirmedMicroseconds: feed.confirmedAt?.microseconds,
      everySeconds: feed.periodSeconds, failures: feed.failures,
      refusal: feed.refusal.map {
        isWhole ? $0.description : "the reason is shown to who may see the whole mesh"
      }, remedy: isWhole ? feed.refusal?.remedy : nil)
  }
}
