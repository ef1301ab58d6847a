package import MeshModel

/// Scores of subjects, and of one of them over time.
package struct ScoreView: Sendable {
  package var subjects: [Standing]
  package var chosen: Course?

  package struct Standing: Sendable {
    package var subject: String
    package var detector: String
    package var score: Double
    package var corroborated: Double
    package var action: String?

    package init(
      subject: String, detector: String, score: Double, corroborated: Double, action: String?
    ) {
      self.subject = subject
      self.detector = detector
      self.score = score
      self.corroborated = corroborated
      self.action = action
    }
  }

  /// One subject's score over time.
  package struct Course: Sendable {
    package var subject: String
    package var from: Timestamp
    package var to: Timestamp
    package var samples: [Sample]
    /// Above which a policy acts; nil where none answers to it.
    package var threshold: Double?
    /// Until when too little was seen of it to tell what is usual.
    package var warmUntil: Timestamp?
    package var markers: [Marker]
    /// What tells against it, strongest first, in words.
    package var features: [String]
    package var neighbours: [NeighbourHealth]

    package init(
      subject: String, from: Timestamp, to: Timestamp, samples: [Sample], threshold: Double?,
      warmUntil: Timestamp?, markers: [Marker], features: [String], neighbours: [NeighbourHealth]
    ) {
      self.subject = subject
      self.from = from
      self.to = to
      self.samples = samples
      self.threshold = threshold
      self.warmUntil = warmUntil
      self.markers = markers
      self.features = features
      self.neighbours = neighbours
    }
  }

  package struct Sample: Sendable {
    package var at: Timestamp
    package var score: Double
    package var corroborated: Double

    package init(at: Timestamp, score: Double, corroborated: Double) {
      self.at = at
      self.score = score
      self.corroborated = corroborated
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

  package init(subjects: [Standing], chosen: Course?) {
    self.subjects = subjects
    self.chosen = chosen
  }
}
