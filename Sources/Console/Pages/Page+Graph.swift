extension Page {
  /// Who calls whom; what is acted on is a line that is cut.
  package static func graph(_ graph: MeshGraph, _ visit: Visit) -> HTML {
    frame("Service graph", in: .graph, visit) {
      HTML.element(.h1) { "Service graph" }
      HTML.element(.p, .class("lead")) {
        "Who called whom in the last \(Span.text(seconds: Double(graph.seconds))), as the proxies report it."
      }
      HTML.element(.div, .id("graph"), .set(.dataLive, "")) {
        if graph.services.isEmpty {
          HTML.element(.p, .class("none")) { "No call was reported yet." }
        } else {
          GraphPicture(graph).figure
          table(graph)
        }
      }
    }
  }

  private static func table(_ graph: MeshGraph) -> HTML {
    let services = Dictionary(
      graph.services.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let calls = graph.calls.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    return .joined([
      .element(.h2) { "Calls" }, .filterBox("calls"),
      .table(
        "Calls between services", ["From", "To", "Rate", "Failed", "Denied", "Mutual TLS", "Acted on"],
        rows: calls.map { call in
          let action = services[call.from]?.action ?? services[call.to]?.action
          return [
            name(call.from, services), name(call.to, services), .text(Figure.rate(call.perSecond)),
            .text(Figure.percent(call.failed)), .text(Figure.percent(call.denied)),
            .text(call.mutual.map { Figure.percent($0) } ?? "not told"),
            action.map { action in
              .element(.a, .href(.action(action.id))) { action.stage }
            } ?? .text("–"),
          ]
        }, rowID: { "call-\($0)" }),
    ])
  }

  private static func name(_ id: String, _ services: [String: MeshGraph.Service]) -> HTML {
    services[id] == nil ? .foreign(id) : .subject(id)
  }
}
