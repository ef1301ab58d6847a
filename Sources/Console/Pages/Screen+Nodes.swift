package import ControlViews

extension Screen {
  package static func nodes(_ nodes: [NodeView], _ visit: Visit) -> HTML {
    frame("Nodes", in: .nodes, visit) {
      HTML.element(.h1) { "Nodes" }
      HTML.element(.p, .class("lead")) {
        "Proxies that Flyball knows: those that need a look first."
      }
      HTML.element(.div, .id("nodes"), .set(.dataLive, "")) {
        if nodes.isEmpty {
          HTML.element(.p, .class("none")) {
            "No proxy is connected: attach Envoys as docs/OPERATING.md says."
          }
        } else {
          HTML.filterBox("nodes")
          HTML.table(
            "Proxies",
            ["Proxy", "Control", "Access log", "Filters", "Cannot", "Envoy", "Identity"],
            optional: [5, 6],
            rows: nodes.sorted {
              (needsLook($0) ? 0 : 1, $0.node, $0.principal)
                < (needsLook($1) ? 0 : 1, $1.node, $1.principal)
            }.map(row), rowID: { "node-\($0)" })
        }
      }
    }
  }

  private static func needsLook(_ node: NodeView) -> Bool {
    !node.attached || node.lossy || (!node.reporting && !node.gateway)
      || !node.incapacities.isEmpty || node.filters.values.contains { $0 != "accepted" }
  }

  private static func row(_ node: NodeView) -> [HTML] {
    [
      .element(.span) {
        HTML.foreign(node.node)
        if node.gateway { HTML.badge(.idle, "gateway") }
      },
      node.attached ? .badge(.good, "attached") : .badge(.bad, "detached"),
      .element(.span) {
        node.logStreams > 0 || node.reporting
          ? HTML.badge(.good, "reports") : HTML.badge(node.gateway ? .idle : .bad, "silent")
        if node.lossy { HTML.badge(.bad, "loses entries") }
        if let dropped = node.dropped, dropped > 0 {
          HTML.element(.span, .class("aside")) { " \(Figure.count(dropped)) lost" }
        }
      },
      .element(.ul, .class("tight")) {
        for (filter, status) in node.filters.sorted(by: { $0.key < $1.key }) {
          HTML.element(.li) {
            HTML.badge(
              status == "accepted" ? .good : status == "pending" ? .waits : .bad, filter)
            if status != "accepted" { HTML.foreign(status) }
          }
        }
      },
      .element(.ul, .class("tight")) {
        for (kind, reason) in node.incapacities.sorted(by: { $0.key < $1.key }) {
          HTML.element(.li) {
            HTML.badge(.bad, kind)
            HTML.foreign(reason)
          }
        }
      },
      .foreign(node.version ?? "–"),
      .element(.code) { HTML.foreign(node.principal) },
    ]
  }
}
