package import ControlViews
package import MeshModel

/// An order that somebody thinks of giving: what was filled in, and what it would do.
package struct PreviewPage: Sendable {
  package var form: Form
  /// Nil while nothing was asked, or what was asked is not understood.
  package var preview: Preview?

  /// As it was typed.
  package struct Form: Sendable, Equatable {
    package var subject: String
    package var action: String
    package var rate: String
    package var burst: String
    package var cluster: String
    package var seconds: String

    package init(
      subject: String = "", action: String = "", rate: String = "", burst: String = "",
      cluster: String = "", seconds: String = ""
    ) {
      self.subject = subject
      self.action = action
      self.rate = rate
      self.burst = burst
      self.cluster = cluster
      self.seconds = seconds
    }

    /// What is sent on with the order itself.
    var fields: [(String, String)] {
      [
        ("subject", subject), ("action", action), ("rate", rate), ("burst", burst),
        ("cluster", cluster), ("seconds", seconds),
      ].filter { !$0.1.isEmpty }
    }
  }

  package struct Preview: Sendable {
    package var view: OrderPreview
    package var notAfter: Timestamp

    package init(view: OrderPreview, notAfter: Timestamp) {
      self.view = view
      self.notAfter = notAfter
    }
  }

  package init(form: Form, preview: Preview?) {
    self.form = form
    self.preview = preview
  }
}
