package import ControlViews
package import MeshModel

/// Scores of subjects, and one of them over time.
package struct ScorePage: Sendable {
  package var scores: [ScoreView]
  package var chosen: Course?

  package struct Course: Sendable {
    package var view: ScoreView
    package var markers: [Marker]
    package var neighbours: [Neighbour]
    /// Whether whoever looks may order something against it.
    package var mayOrder: Bool

    package init(
      view: ScoreView, markers: [Marker], neighbours: [Neighbour], mayOrder: Bool
    ) {
      self.view = view
      self.markers = markers
      self.neighbours = neighbours
      self.mayOrder = mayOrder
    }
  }

  /// Something that an action did at an instant.
  package struct Marker: Sendable {
    package var at: Timestamp
    package var text: String
    package var action: String

    package init(at: Timestamp, text: String, action: String) {
      self.at = at
      self.text = text
      self.action = action
    }
  }

  package init(scores: [ScoreView], chosen: Course?) {
    self.scores = scores
    self.chosen = chosen
  }
}

extension ScoreView {
  /// Of the detector that speaks loudest, or of any that a policy asks for.
  var threshold: Double? { loudest?.threshold ?? levels.compactMap(\.threshold).min() }
  var loudest: Level? { levels.max { $0.score < $1.score } }
}
