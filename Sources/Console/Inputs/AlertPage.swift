package import ControlViews

/// A page of what was found, and of what came of it.
package struct AlertPage: Sendable {
  package var alerts: [AlertView]
  /// What other systems report and nobody resolved.
  package var incidents: [IncidentView]
  package var filter: Filter
  /// Where the next page begins; nil at the end.
  package var next: String?

  /// Empty text for any.
  package struct Filter: Sendable, Equatable {
    package var subject: String
    package var detector: String
    package var policy: String

    package init(subject: String = "", detector: String = "", policy: String = "") {
      self.subject = subject
      self.detector = detector
      self.policy = policy
    }

    var fields: [(String, String)] {
      [("subject", subject), ("detector", detector), ("policy", policy)].filter { !$0.1.isEmpty }
    }
  }

  package init(
    alerts: [AlertView], incidents: [IncidentView], filter: Filter, next: String?
  ) {
    self.alerts = alerts
    self.incidents = incidents
    self.filter = filter
    self.next = next
  }
}
