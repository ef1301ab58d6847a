internal import ControlViews
internal import MeshModel

extension Screen {
  package static func alerts(_ page: AlertPage, _ visit: Visit) -> HTML {
    frame("Alerts", in: .alerts, visit) {
      HTML.element(.h1) { "Alerts" }
      HTML.element(.p, .class("lead")) {
        "What was found and fits a policy, and what came of it. Scores say who is watched now."
      }
      incidents(page.incidents, visit)
      filter(page.filter)
      HTML.element(.div, .id("alerts"), .set(.dataLive, "")) {
        if page.alerts.isEmpty {
          HTML.element(.p, .class("none")) {
            page.filter == .init()
              ? "Nothing was found yet that a policy answers."
              : "No alert fits. Clear a field to see more."
          }
        } else {
          HTML.table(
            "Alerts, the newest first",
            ["Subject", "What came of it", "Found by", "Score", "At", "What", "Policy"],
            optional: [5, 6], rows: page.alerts.map { row($0, visit) },
            rowID: { "row-" + page.alerts[$0].id })
        }
        if let next = page.next {
          HTML.element(.p, .class("next")) {
            HTML.element(
              .a, .class("button"), .href(.alerts(by: page.filter.fields + [("after", next)]))
            ) { "Older ones" }
          }
        }
      }
    }
  }

  /// Nothing where nobody reports anything.
  @HTMLBuilder
  private static func incidents(_ incidents: [IncidentView], _ visit: Visit) -> HTML {
    if !incidents.isEmpty {
      HTML.element(.h2) { "Reported by other systems" }
      HTML.element(.div, .id("incidents"), .set(.dataLive, "")) {
        HTML.table(
          "Open incidents, the newest first",
          ["About", "What", "How grave", "Sender", "Since", "Signals"], optional: [5],
          rows: incidents.map { row($0, visit) })
      }
      HTML.element(.h2) { "Found by Flyball" }
    }
  }

  private static func row(_ incident: IncidentView, _ visit: Visit) -> [HTML] {
    [
      incident.subject.map { subject in
        HTML.element(.a, .href(.scores(of: subject))) { HTML.subject(subject) }
      } ?? .foreign(incident.about),
      .element(.span) {
        HTML.foreign(incident.title)
        HTML.element(.span, .class("aside")) { HTML.foreign(incident.name) }
        // Where it leads to a workload nobody needs to ask why.
        if incident.subject == nil, !incident.labels.isEmpty {
          HTML.element(.span, .class("aside")) { HTML.foreign(incident.labelText) }
        }
      },
      .text(incident.severity ?? "not said"), .text(incident.sender),
      .instant(incident.opened, visit), .text("\(incident.firing)"),
    ]
  }

  private static func row(_ alert: AlertView, _ visit: Visit) -> [HTML] {
    [
      .element(.a, .href(.action(alert.id)), .set(.dataKey, "Enter")) {
        HTML.subject(alert.subject)
      },
      .element(.span) {
        HTML.state(alert.state)
        HTML.element(.span, .class("aside")) { alert.measure }
        if let reason = alert.reason {
          HTML.element(.span, .class("aside")) { HTML.foreign(reason) }
        }
      },
      .element(.span) {
        alert.detector
        if let rule = alert.rule {
          HTML.element(.span, .class("aside")) { HTML.foreign(rule.title) }
        }
        if let indicator = alert.indicator {
          HTML.element(.span, .class("aside")) {
            HTML.foreign(indicator.value)
            " of feed \(indicator.feed)"
          }
        }
      },
      .element(.span) {
        HTML.element(.a, .href(.scores(of: alert.subject))) { Figure.score(alert.score) }
        HTML.element(.span, .class("aside")) {
          "by two alike \(Figure.score(alert.corroborated))"
        }
      },
      .instant(alert.at, visit), .foreign(alert.found), policy(alert.policy),
    ]
  }

  /// Where a policy is told of; an order's terms are in no file.
  static func policy(_ name: String) -> HTML {
    name.hasPrefix("(")
      ? .foreign(name) : .element(.a, .href(.policy(name))) { HTML.element(.bdi) { name } }
  }

  private static func filter(_ filter: AlertPage.Filter) -> HTML {
    .element(.form, .class("fields"), .set(.method, "get"), .action(.alerts), .role("search")) {
      field("Subject", "subject", filter.subject, isSearched: true)
      select("Found by", "detector", detectors, chosen: filter.detector)
      field("Policy", "policy", filter.policy)
      HTML.element(.button, .class("button"), .set(.type, "submit")) { "Show" }
    }
  }

  static func select(
    _ label: String, _ name: String, _ choices: [(String, String)], chosen: String
  ) -> HTML {
    .element(.label) {
      label
      HTML.element(.select, .set(.name, name)) {
        for (value, text) in choices {
          HTML.element(
            .option, [.set(.value, value)] + (value == chosen ? [.flag(.selected)] : [])
          ) { text }
        }
      }
    }
  }

  private static let detectors =
    [("", "any")]
    + Detector.allCases.filter { $0 != .order }.map {
      ($0.rawValue, $0.rawValue.replacing("-", with: " "))
    }
}
