internal import ControlViews

extension Screen {
  /// Who calls whom; what is acted on is a line that is cut.
  package static func graph(_ graph: MeshGraph, _ visit: Visit) -> HTML {
    frame("Service graph", in: .graph, visit) {
      HTML.element(.h1) { "Service graph" }
      HTML.element(.p, .class("lead")) {
        "Who called whom in the last five whole minutes, by the word of the callers' sidecars."
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
    .joined([
      .element(.h2) { "Calls" }, .filterBox("calls"),
      .table(
        "Calls between services", ["From", "To", "Rate", "Failed", "Denied", "Caller acted on"],
        rows: graph.calls.map { call in
          [
            .subject(call.from), .subject(call.to), .text(Figure.rate(call.perSecond)),
            .text(Figure.percent(call.failed)), .text(Figure.percent(call.denied)),
            measure(graph.measure(of: call.from)),
          ]
        }, rowID: { "call-\($0)" }), .element(.h2) { "Services" },
      .table(
        "Services of the mesh",
        ["Service", "Requests to it", "With mutual TLS", "Gateway", "Acted on"],
        rows: graph.services.map { service in
          [
            .subject(service.id), .text(Figure.rate(service.perSecond)),
            .text(service.mutual.map { Figure.percent($0) } ?? "not told"),
            .text(service.isGateway ? "yes" : "no"), measure(service.measure),
          ]
        }),
    ])
  }

  private static func measure(_ measure: ServiceView.Measure?) -> HTML {
    guard let measure else { return .text("–") }
    return .element(.a, .href(.action(measure.action))) { measure.stage }
  }
}
