package import MeshModel

/// Who looks at a page, when, and how the loop stands: what every page shows around its own content.
package struct Visit: Sendable {
  package enum Theme: String, Sendable, CaseIterable {
    case auto, light, dark
  }

  package var at: Timestamp
  package var user: User?
  package var theme: Theme
  /// What everybody must know wherever they look: acting is paused or unsafe, telemetry is shed.
  package var warnings: [Warning]
  /// Approvals that wait for a person.
  package var waiting: Int
  /// Said once, after an order: what came of it.
  package var notice: Notice?
  /// Where this page stands, if it answers an order: nothing can be asked at an order's own address.
  package var page: Link?

  package struct User: Sendable {
    package var name: String
    /// viewer, operator or admin.
    package var role: String
    /// What each form sends back, so that no other site can have it sent.
    package var formToken: String
    /// Whether there is a session to end.
    package var canLogOut: Bool

    package init(name: String, role: String, formToken: String, canLogOut: Bool) {
      self.name = name
      self.role = role
      self.formToken = formToken
      self.canLogOut = canLogOut
    }
  }

  package struct Warning: Sendable {
    package var title: String
    package var detail: String

    package init(title: String, detail: String) {
      self.title = title
      self.detail = detail
    }
  }

  package enum Notice: Sendable {
    case done(String)
    case refused(String)
  }

  package init(
    at: Timestamp, user: User?, theme: Theme = .auto, warnings: [Warning] = [], waiting: Int = 0,
    notice: Notice? = nil
  ) {
    self.at = at
    self.user = user
    self.theme = theme
    self.warnings = warnings
    self.waiting = waiting
    self.notice = notice
  }
}
