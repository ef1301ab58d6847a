internal import ControlViews

extension HTML {
  /// A button that first says what it will do. Without scripts it is a fold with a form in it.
  static func order(
    _ order: Order, on action: ActionFile, _ visit: Visit, isKeyed: Bool = true
  ) -> HTML {
    confirmed(
      order, id: "\(order.rawValue)-\(action.view.id)", to: .order(order, action.view.id),
      says: Consequence.of(order, on: action, now: visit.at),
      confirm: Consequence.verb(order, on: action), visit
    ) {
      if order == .approve, let fingerprint = action.view.fingerprint {
        HTML.void(
          .input, .set(.type, "hidden"), .set(.name, "fingerprint"), .set(.value, fingerprint))
      }
      if order == .extend {
        HTML.element(.label) {
          "For another"
          HTML.element(.select, .set(.name, "seconds")) {
            for (seconds, text) in [(300, "5 minutes"), (900, "15 minutes"), (3600, "1 hour")] {
              HTML.element(.option, .set(.value, String(seconds))) { text }
            }
          }
        }
        HTML.element(.label) {
          "Reason, for the history"
          HTML.void(
            .input, .set(.type, "text"), .set(.name, "reason"), .set(.maxlength, "200"),
            .flag(.required))
        }
      }
    }
  }

  /// The same, of an order to the whole loop.
  static func order(_ order: Order, _ visit: Visit) -> HTML {
    confirmed(
      order, id: order.rawValue, to: .order(order), says: Consequence.of(order),
      confirm: "Yes, " + order.title.lowercased(), visit
    ) {}
  }

  private static func confirmed(
    _ order: Order, id: String, to link: Link, says: String, confirm: String, _ visit: Visit,
    @HTMLBuilder fields: () -> HTML
  ) -> HTML {
    .element(.details, .class("order \(order.rawValue)"), .id(id)) {
      HTML.element(
        .summary, [.class("button")] + (order.key.map { [.set(.dataKey, $0)] } ?? [])
      ) { order.title + "…" }
      HTML.element(.form, .class("confirm"), .set(.method, "post"), .action(link)) {
        HTML.element(.p) { says }
        HTML.token(visit)
        fields()
        HTML.element(.button, .class("button firm"), .set(.type, "submit")) { confirm }
      }
    }
  }

  /// What tells a form of ours from one that another site made.
  static func token(_ visit: Visit) -> HTML {
    guard let user = visit.user else { return .empty }
    return .void(
      .input, .set(.type, "hidden"), .set(.name, "formToken"), .set(.value, user.formToken))
  }
}
