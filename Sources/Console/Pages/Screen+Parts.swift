internal import MeshModel

/// What several screens say of an action.
extension Screen {
  static func share(_ action: ActionFile) -> HTML {
    .joined([
      action.finding.trafficShare.map { share in
        .fact("Its share of traffic") {
          Figure.percent(share)
          HTML.element(.span, .class("aside")) { " of the mesh's requests before it turned bad" }
        }
      } ?? .empty,
      action.stoppedShare.map { share in
        .fact("Stopped now") {
          Figure.percent(share)
          HTML.element(.span, .class("aside")) { " of the mesh's requests, in its name" }
        }
      } ?? .empty,
    ])
  }

  static func confidence(_ action: ActionFile) -> HTML {
    .fact("Seen by") {
      Figure.plural(action.finding.witnesses.count, "reporter")
      HTML.element(.span, .class("aside")) {
        " score \(Figure.score(action.finding.score)), by two alike \(Figure.score(action.finding.corroborated))"
      }
    }
  }

  static func lease(_ action: ActionFile, _ visit: Visit) -> HTML {
    let whole = max(1, Span.seconds(from: action.proposedAt, to: action.notAfter))
    let left = max(0, Span.seconds(from: visit.at, to: action.notAfter))
    return .element(.div, .class("lease")) {
      HTML.element(.p) {
        "Ends by itself in "
        HTML.element(.strong) { HTML.countdown(action.notAfter, visit) }
        HTML.element(.span, .class("aside")) {
          " inside every proxy, at "
          HTML.instant(action.notAfter, visit)
          " UTC, even if Flyball is gone"
        }
      }
      HTML.element(
        .progress, .set(.max, Figure.plain(whole)), .set(.value, Figure.plain(left)),
        .label("Time left of \(Span.text(seconds: whole))")
      ) {}
    }
  }

  static func orders(_ action: ActionFile, _ visit: Visit) -> HTML {
    .element(.div, .class("orders")) {
      for order in action.orders { HTML.order(order, on: action, visit) }
      if action.orders.isEmpty, action.isOpen, let user = visit.user {
        HTML.element(.p, .class("aside")) {
          "You may look at this one but not decide on it, as \(user.role). Ask an operator of its namespace."
        }
      }
    }
  }
}
