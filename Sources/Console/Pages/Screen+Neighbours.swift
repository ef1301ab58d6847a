internal import MeshModel

extension Screen {
  /// How callers of a subject fare since an action, beside before it.
  static func neighbours(_ neighbours: [Neighbour], of name: String) -> HTML {
    guard !neighbours.isEmpty else {
      return .element(.p, .class("none")) {
        "No caller of \(name) could be compared with what it was before: none called it, or too rarely."
      }
    }
    return .table(
      "Callers of \(name), before the action and since",
      ["Caller", "Failed before", "Failed since", "Requests since", "Judgement"],
      rows: neighbours.sorted { $0.caller < $1.caller }.map { neighbour in
        [
          .subject(neighbour.caller),
          .text(Figure.percent(neighbour.before.failedShare)),
          .text(Figure.percent(neighbour.since.failedShare)),
          .text(Figure.count(neighbour.since.total)),
          neighbour.isHarmed ? .badge(.bad, "harmed") : .badge(.good, "unharmed"),
        ]
      })
  }
}
