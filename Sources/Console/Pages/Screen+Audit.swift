internal import ControlViews
internal import MeshModel

extension Screen {
  package static func audit(_ view: AuditPage, _ visit: Visit) -> HTML {
    frame("Audit", in: .audit, visit) {
      HTML.element(.h1) { "Audit" }
      chain(view.chain)
      HTML.element(
        .form, .class("fields"), .set(.method, "get"), .action(.audit), .role("search")
      ) {
        field("Action", "action", view.filter.action, isSearched: true)
        field("Event", "event", view.filter.event)
        HTML.element(.button, .class("button"), .set(.type, "submit")) { "Show" }
      }
      export
      HTML.element(.div, .id("lines"), .set(.dataLive, "")) {
        if view.lines.isEmpty {
          HTML.element(.p, .class("none")) { "No line of the history fits." }
        } else {
          HTML.table(
            "History, the newest line first", ["Line", "Time, UTC", "Event", "What", "Action"],
            rows: view.lines.map { line in
              [
                .text(String(line.record)), .instant(line.at, visit),
                .element(.code) { line.event }, .foreign(line.detail),
                line.action.map { id in
                  .element(.a, .href(.action(id)), .set(.dataKey, "Enter")) { id }
                } ?? .text("–"),
              ]
            }, rowID: { "line-\(view.lines[$0].record)" })
        }
        if let next = view.next {
          HTML.element(.p, .class("next")) {
            HTML.element(
              .a, .class("button"), .href(.audit(by: view.filter.fields + [("after", next)]))
            ) {
              "Older lines"
            }
          }
        }
      }
    }
  }

  /// What is seen here, as a file.
  private static var export: HTML {
    .element(.details, .class("evidence"), .id("export")) {
      HTML.element(.summary) { "Export" }
      HTML.element(.form, .class("fields"), .set(.method, "get"), .action(.export)) {
        select("As", "format", formats, chosen: "")
        field("From, such as 2026-01-31T12:00:00Z", "since", "")
        field("Before", "until", "")
        HTML.element(.button, .class("button"), .set(.type, "submit")) { "Save the file" }
      }
      HTML.element(.p, .class("aside")) {
        "All that you may see, the oldest line first. It verifies nothing: "
        HTML.element(.code) { "flyball audit verify" }
        " does."
      }
    }
  }

  private static let formats = [
    ("csv", "CSV, for spreadsheets"), ("jsonl", "JSON lines, with the hashes"),
    ("ocsf", "OCSF 1.8, for security lakes"), ("cloudevents", "CloudEvents 1.0"),
  ]

  private static func chain(_ chain: AuditPage.Chain) -> HTML {
    .element(.section, .class("panel"), .id("chain"), .set(.dataLive, "")) {
      HTML.element(.h2) { "Is the history whole?" }
      HTML.element(.p) {
        if let problem = chain.problem {
          HTML.badge(.bad, "checkpoints fail")
          " "
          HTML.foreign(problem)
        } else {
          HTML.badge(
            chain.signed == chain.records ? .good : .waits,
            "\(Figure.count(chain.signed)) of \(Figure.count(chain.records)) records signed")
          chain.exported > 0
            ? " \(Figure.count(chain.exported)) are under a checkpoint that is kept outside, too."
            : " No checkpoint is kept outside of the database: name a file for them."
        }
      }
      HTML.element(.p, .class("aside")) {
        "Who holds the key should check it elsewhere: "
        HTML.element(.code) { "flyball audit verify" }
        " finds what was altered, "
        HTML.element(.code) { "flyball audit export" }
        " gives the lines with their proofs."
      }
    }
  }
}
