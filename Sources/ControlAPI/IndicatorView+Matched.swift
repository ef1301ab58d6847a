internal import ControlViews
internal import MeshModel

extension IndicatorView {
  init(_ indicator: MatchedIndicator) {
    self.init(
      feed: indicator.feed, entry: indicator.id, kind: indicator.kind.rawValue,
      value: indicator.value, confidence: indicator.confidence,
      since: indicator.validFrom?.rfc3339, until: indicator.validUntil?.rfc3339,
      link: indicator.link)
  }
}
