package import ControlViews

extension Screen {
  /// What went wrong, in place of a page that cannot be shown.
  package static func problem(_ problem: Problem, _ visit: Visit) -> HTML {
    frame(problem.title, in: nil, visit) {
      HTML.element(.div, .class("login panel")) {
        HTML.element(.h1) { problem.title }
        HTML.element(.p) { HTML.foreign(problem.detail) }
        for mistake in problem.errors ?? [] {
          HTML.element(.p) {
            HTML.element(.code) { HTML.foreign(mistake.at) }
            " "
            HTML.foreign(mistake.detail)
          }
        }
        HTML.element(.p) {
          HTML.element(.a, .class("button"), .href(.home)) { "To the first page" }
        }
      }
    }
  }
}
