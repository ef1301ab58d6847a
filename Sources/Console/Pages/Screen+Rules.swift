internal import ControlViews

extension Screen {
  package static func rules(_ rows: [RuleRow], _ visit: Visit) -> HTML {
    frame("Rules", in: .rules, visit) {
      HTML.element(.h1) { "Rules" }
      HTML.element(.p, .class("lead")) {
        "Sigma rules and correlations that run, those that fired last first. Their cases run with "
        HTML.element(.code) { "flyball rules test" }
        "."
      }
      HTML.element(.div, .id("rules"), .set(.dataLive, "")) {
        if rows.isEmpty {
          HTML.element(.p, .class("none")) {
            "No rules are loaded: name a folder of them in the configuration, as "
            HTML.element(.code) { "rules" }
            "."
          }
        } else {
          HTML.filterBox("rules")
          HTML.table(
            "Rules",
            [
              "Rule", "Level", "Last fired", "Hits", "Acted", "In shadow", "Kind", "Author", "File",
            ],
            optional: [6, 7, 8], rows: sorted(rows).map { row($0, visit) },
            rowID: { "rule-\($0)" })
        }
      }
    }
  }

  private static func sorted(_ rows: [RuleRow]) -> [RuleRow] {
    rows.enumerated().sorted { left, right in
      let times = (left.element.rule.lastMatch ?? "", right.element.rule.lastMatch ?? "")
      return times.0 == times.1 ? left.offset < right.offset : times.0 > times.1
    }.map(\.element)
  }

  private static func row(_ row: RuleRow, _ visit: Visit) -> [HTML] {
    let rule = row.rule
    return [
      .element(.span) {
        HTML.foreign(rule.title)
        if rule.hidden { HTML.badge(.idle, "for correlations only") }
        HTML.element(.span, .class("aside")) { HTML.foreign(rule.name) }
      },
      .text(rule.level ?? "none"), rule.lastMatch.map { .instant($0, visit) } ?? .text("never"),
      .text(rule.matches.map { Figure.count($0) } ?? "not run"), .text(Figure.count(row.enforced)),
      .text(Figure.count(row.shadowed)), .text(rule.kind),
      .element(.span) {
        HTML.foreign(rule.author ?? "not stated")
        HTML.element(.span, .class("aside")) { HTML.foreign(rule.license ?? "no licence stated") }
      },
      .element(.code) { HTML.foreign(rule.file) },
    ]
  }
}
