internal import ControlViews
internal import MeshModel

extension Screen {
  package static func actions(_ page: ActionPage, _ visit: Visit) -> HTML {
    frame("Actions", in: .actions, visit) {
      HTML.element(.h1) { "Actions" }
      filter(page.filter)
      if page.mayOrder {
        HTML.element(.p) {
          HTML.element(.a, .class("button"), .href(.preview)) { Order.order.title + "…" }
        }
      }
      HTML.element(.div, .id("actions"), .set(.dataLive, "")) {
        if page.actions.isEmpty {
          HTML.element(.p, .class("none")) {
            page.filter == .init()
              ? "Flyball has not acted yet." : "No action fits. Clear a field to see more."
          }
        } else {
          HTML.table(
            "Actions, the newest first",
            ["Subject", "State", "Measure", "Why", "Proposed", "Ends"], optional: [3, 5],
            rows: page.actions.map { row($0, visit) },
            rowID: { "row-" + page.actions[$0].view.id })
        }
        if let next = page.next {
          HTML.element(.p, .class("next")) {
            HTML.element(
              .a, .class("button"),
              .href(.actions(by: page.filter.fields + [("after", next)]))
            ) { "Older ones" }
          }
        }
      }
    }
  }

  private static func row(_ action: ActionFile, _ visit: Visit) -> [HTML] {
    [
      .element(.a, .href(.action(action.view.id)), .set(.dataKey, "Enter")) {
        HTML.subject(action.view.subject)
      },
      .state(action.view.state), .text(action.view.stage),
      .foreign(action.finding.reason), .instant(action.proposedAt, visit),
      action.isOpen ? .countdown(action.notAfter, visit) : .instant(action.notAfter, visit),
    ]
  }

  private static func filter(_ filter: ActionPage.Filter) -> HTML {
    .element(
      .form, .class("fields"), .set(.method, "get"), .action(.actions), .role("search")
    ) {
      select("State", "state", states, chosen: filter.state)
      field("Subject", "subject", filter.subject, isSearched: true)
      field("Policy", "policy", filter.policy)
      HTML.element(.button, .class("button"), .set(.type, "submit")) { "Show" }
    }
  }

  static func field(
    _ label: String, _ name: String, _ value: String, isSearched: Bool = false
  ) -> HTML {
    .element(.label) {
      label
      HTML.element(.span) {
        HTML.void(
          .input, .set(.type, "text"), .set(.name, name), .set(.value, value),
          .set(.autocomplete, "off"), .set(.dataKey, isSearched ? "/" : ""))
      }
    }
  }

  private static let states = [
    ("", "any"), ("open", "open"), ("awaiting-approval", "awaiting approval"),
    ("holding", "holding"), ("closed", "closed"), ("released", "released"), ("failed", "failed"),
    ("refused", "refused"), ("expired", "expired"),
  ]
}
