internal import ControlViews

/// The graph as a picture. All that it tells stands in the table below it, too.
struct GraphPicture {
  private let graph: MeshGraph
  private let services: [MeshGraph.Service]
  private let calls: [MeshGraph.Call]
  private let layout: GraphLayout
  private let margin = 14.0

  init(_ graph: MeshGraph) {
    self.graph = graph
    var busy: [String: Double] = [:]
    for call in graph.calls {
      busy[call.from, default: 0] += call.perSecond
      busy[call.to, default: 0] += call.perSecond
    }
    // What is acted on, then the busiest.
    let ranked = graph.services.sorted { left, right in
      let rates = (busy[left.id] ?? 0, busy[right.id] ?? 0)
      if (left.measure != nil) != (right.measure != nil) { return left.measure != nil }
      return rates.0 == rates.1 ? left.id < right.id : rates.0 > rates.1
    }
    services = ranked.prefix(Self.maximumServices).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    var index: [String: Int] = [:]
    for (number, service) in services.enumerated() { index[service.id] = number }
    calls = graph.calls.filter { index[$0.from] != nil && index[$0.to] != nil }
      .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    layout = GraphLayout(
      services: services.count,
      calls: calls.map { (index[$0.from] ?? 0, index[$0.to] ?? 0) })  // Both are there.
  }

  var figure: HTML {
    .element(.figure, .class("graph")) {
      HTML.element(
        .div, .class("scroll"), .role("region"), .label("Service graph"), .set(.tabindex, "0")
      ) {
        picture
      }
      HTML.element(.figcaption) {
        legend
        if services.count < graph.services.count {
          HTML.element(.p, .class("aside")) {
            "\(services.count) of \(Figure.count(graph.services.count)) services are drawn: those acted on and the busiest. The table has all."
          }
        }
      }
    }
  }

  private var picture: HTML {
    let width = layout.width + 2 * margin
    let height = layout.height + 2 * margin
    return .element(
      .svg, .set(.viewBox, "0 0 \(number(width)) \(number(height))"),
      .set(.width, number(width)), .set(.height, number(height)), .role("img"),
      .set(.ariaLabelledby, "graph-title graph-desc")
    ) {
      HTML.element(.title, .id("graph-title")) { "Service graph" }
      HTML.element(.desc, .id("graph-desc")) { summary }
      HTML.element(.defs) {
        for kind in ["fine", "failing", "cut"] {
          HTML.element(
            .marker, .id("arrow-" + kind), .class("arrow " + kind), .set(.viewBox, "0 0 8 8"),
            .set(.refX, "7"), .set(.refY, "4"), .set(.markerWidth, "8"), .set(.markerHeight, "8"),
            .set(.markerUnits, "userSpaceOnUse"), .set(.orient, "auto")
          ) { HTML.element(.path, .set(.d, "M0 0L8 4L0 8z")) {} }
        }
      }
      for index in calls.indices { line(index) }
      for index in services.indices { box(index) }
      for index in calls.indices { label(index) }
    }
  }

  /// What the picture shows, in a sentence.
  private var summary: String {
    let cut = services.filter { $0.measure != nil }
      .map { "\($0.name) is under \($0.measure?.stage ?? "")" }
    return "\(Figure.plural(services.count, "service")), \(Figure.plural(calls.count, "call")). "
      + (cut.isEmpty ? "Nothing is cut." : cut.joined(separator: ", ") + ".")
  }

  private func kind(_ call: MeshGraph.Call) -> String {
    if graph.isCut(call) { return "cut" }
    return call.failed >= 0.05 || call.denied >= 0.05 ? "failing" : "fine"
  }

  private func ends(_ index: Int) -> (from: GraphLayout.Point, to: GraphLayout.Point) {
    let call = calls[index]
    let from = place(call.from)
    let to = place(call.to)
    let half = GraphLayout.boxWidth / 2
    let side = layout.leadsBack[index] ? -half : half
    // There and back are two lines.
    let shift = layout.leadsBack[index] ? 13.0 : 0
    return (
      GraphLayout.Point(x: from.x + side, y: from.y + shift),
      GraphLayout.Point(x: to.x - side, y: to.y + shift)
    )
  }

  private func place(_ id: String) -> GraphLayout.Point {
    let index = services.firstIndex { $0.id == id } ?? 0  // Only calls between them are kept.
    let point = layout.places[index]
    return GraphLayout.Point(x: point.x + margin, y: point.y + margin)
  }

  private func line(_ index: Int) -> HTML {
    let call = calls[index]
    let look = "call \(kind(call)) w\(weight(call.perSecond))"
    guard call.from != call.to else {
      let from = place(call.from)
      let top = number(from.y - GraphLayout.boxHeight / 2)
      return path("M\(number(from.x - 20)) \(top)c0 -24 40 -24 40 0", look, call)
    }
    var curves = curves(index)
    guard graph.isCut(call), let last = curves.popLast() else {
      return path(Self.path(curves), look, call)
    }
    let cut = last.point(Self.cutAt)
    return .element(.g) {
      HTML.element(
        .path, .class(look), .set(.d, Self.path(curves + [last.part(0, Self.cutAt - 0.12)]))
      ) {}
      path(Self.path([last.part(Self.cutAt + 0.12, 1)]), look, call)
      HTML.element(.g, .class("cross")) {
        HTML.element(
          .path,
          .set(
            .d,
            "M\(number(cut.x - 5)) \(number(cut.y - 5))l10 10M\(number(cut.x + 5)) \(number(cut.y - 5))l-10 10"
          )
        ) {}
      }
    }
  }

  private func path(_ d: String, _ look: String, _ call: MeshGraph.Call) -> HTML {
    .element(
      .path, .class(look), .set(.d, d), .set(.markerEnd, "url(#arrow-\(kind(call)))")
    ) {}
  }

  /// From box to box, through the bends.
  private func curves(_ index: Int) -> [Curve] {
    let (from, to) = ends(index)
    var points = layout.bends[index].map { GraphLayout.Point(x: $0.x + margin, y: $0.y + margin) }
    if layout.leadsBack[index] { points.reverse() }
    var curves: [Curve] = []
    var last = from
    for point in points + [to] {
      curves.append(Curve(from: last, to: point))
      last = point
    }
    return curves
  }

  private static func path(_ curves: [Curve]) -> String {
    guard let first = curves.first else { return "" }
    var path = "M\(text(first.start))"
    for curve in curves {
      path += "C\(text(curve.first)) \(text(curve.second)) \(text(curve.end))"
    }
    return path
  }

  private static func text(_ point: GraphLayout.Point) -> String {
    Figure.coordinate(point.x) + " " + Figure.coordinate(point.y)
  }

  /// Lines grow with the order of magnitude of the rate.
  private func weight(_ perSecond: Double) -> Int {
    switch perSecond {
    case ..<1: 1
    case ..<10: 2
    case ..<100: 3
    case ..<1000: 4
    default: 5
    }
  }

  /// Where there is something to say beside the line itself.
  private func label(_ index: Int) -> HTML {
    let call = calls[index]
    var words: [String] = []
    // What is cut shows it by its cross, and the table by its figures.
    guard !graph.isCut(call) else { return .empty }
    if call.denied >= 0.01 {
      words.append("\(Figure.percent(call.denied)) denied")
    } else if call.failed >= 0.01 {
      words.append("\(Figure.percent(call.failed)) failed")
    }
    guard !words.isEmpty else { return .empty }
    let text = words.joined(separator: ", ")
    let curves = curves(index)
    guard call.from != call.to, !curves.isEmpty else { return .empty }
    let width = Double(text.unicodeScalars.count) * 6.4 + 12
    let middle = curves[curves.count / 2].point(curves.count > 1 ? 0 : 0.5)
    let (x, y) = (middle.x, middle.y)
    return .element(.g, .class("label \(kind(call))")) {
      HTML.element(
        .rect, .set(.x, number(x - width / 2)), .set(.y, number(y - 10)),
        .set(.width, number(width)), .set(.height, "20"), .set(.rx, "10")
      ) {}
      HTML.element(
        .text, .set(.x, number(x)), .set(.y, number(y + 4)), .set(.textAnchor, "middle")
      ) { text }
    }
  }

  private func box(_ index: Int) -> HTML {
    let service = services[index]
    let center = place(service.id)
    let left = center.x - GraphLayout.boxWidth / 2
    let top = center.y - GraphLayout.boxHeight / 2
    var traffic = service.isGateway ? "gateway" : Figure.rate(service.perSecond)
    if let mutual = service.mutual, mutual < 0.995 { traffic += ", \(Figure.percent(mutual)) mTLS" }
    let note =
      service.measure.map { "✕ " + $0.stage } ?? traffic
    return .element(.g, .class("service" + (service.measure == nil ? "" : " acted"))) {
      HTML.element(
        .rect, .set(.x, number(left)), .set(.y, number(top)),
        .set(.width, number(GraphLayout.boxWidth)), .set(.height, number(GraphLayout.boxHeight)),
        .set(.rx, "7")
      ) {}
      HTML.element(
        .text, .class("name"), .set(.x, number(left + 12)), .set(.y, number(center.y - 3))
      ) { Self.cut(service.name) }
      HTML.element(
        .text, .class("note"), .set(.x, number(left + 12)), .set(.y, number(center.y + 14))
      ) { Self.cut(note) }
    }
  }

  private var legend: HTML {
    .element(.ul, .class("legend")) {
      for (kind, text) in [
        ("fine", "calls: the thicker, the more"), ("failing", "5 % or more fail or are denied"),
        ("cut", "cut by an action"),
      ] {
        HTML.element(.li) {
          HTML.element(
            .svg, .set(.viewBox, "0 0 44 10"), .set(.width, "44"), .set(.height, "10"),
            .set(.ariaHidden, "true")
          ) {
            HTML.element(
              .path, .class("call \(kind) w2"),
              .set(.d, kind == "cut" ? "M1 5H15M29 5H43" : "M1 5H43")
            ) {}
            if kind == "cut" {
              HTML.element(.g, .class("cross")) {
                HTML.element(.path, .set(.d, "M18 1l8 8M26 1l-8 8")) {}
              }
            }
          }
          " " + text
        }
      }
    }
  }

  private static func cut(_ text: String) -> String {
    var head = ""
    head.unicodeScalars.append(contentsOf: text.unicodeScalars.prefix(18))
    return head == text ? text : head + "…"
  }

  private func number(_ value: Double) -> String { Figure.coordinate(value) }

  private static let maximumServices = 40
  /// Where on its last curve a line is cut.
  private static let cutAt = 0.55
}
