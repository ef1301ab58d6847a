package import MeshModel

/// A correlation that came true for a group, with the events it came from.
package struct CorrelationMatch: Hashable, Sendable {
  /// A position in `CorrelationPlan.correlations`.
  package var correlation: Int
  /// Of the event that the window ends at, and of the first one in it.
  package var time: Timestamp
  package var first: Timestamp
  package var group: [Part]
  /// Whom it is about, when it is grouped by caller: another match can be of many.
  package var caller: MeshName?
  package var events: Int
  package var measure: Double
  /// Events of the window are forgotten: there were at least so many.
  package var isAtLeast: Bool
  /// Up to `CorrelationBounds.samples` of the events, by time.
  package var samples: [CorrelationSample]

  package struct Part: Hashable, Sendable {
    package var field: String
    package var text: String
  }
}
