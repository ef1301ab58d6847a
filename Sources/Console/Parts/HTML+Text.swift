internal import MeshModel

extension HTML {
  /// What somebody else wrote: kept apart from the direction of the text around it, and cut where it
  /// is long, with the whole behind a fold.
  static func foreign(_ text: String) -> HTML {
    guard text.unicodeScalars.count > shownScalars else {
      return .element(.bdi, .class("foreign")) { text }
    }
    var head = ""
    head.unicodeScalars.append(contentsOf: text.unicodeScalars.prefix(shownScalars - 20))
    let bytes = text.utf8.count
    return .element(.details, .class("long")) {
      HTML.element(.summary) {
        HTML.element(.bdi, .class("foreign")) { head + "…" }
        HTML.element(.span, .class("more")) { " all \(Figure.count(bytes)) bytes" }
      }
      HTML.raw(text)
    }
  }

  /// Lines as they came, one below the other, at most 64 KiB of them.
  static func raw(_ text: String) -> HTML {
    var lines: [HTML] = []
    var room = shownBytes
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard room > 0 else {
        lines.append(.element(.em) { "The rest is left out here: export the history for it." })
        break
      }
      var head = ""
      head.unicodeScalars.append(contentsOf: line.unicodeScalars.prefix(room))
      room -= line.utf8.count + 1
      lines.append(.element(.span, .class("line")) { head })
    }
    return .element(.pre, .set(.tabindex, "0")) { HTML.joined(lines) }
  }

  static func instant(_ instant: Timestamp, _ visit: Visit) -> HTML {
    .element(.time, .set(.datetime, instant.rfc3339)) { Span.clock(instant, now: visit.at) }
  }

  /// To the millisecond where it is evidence.
  static func instant(_ text: String, _ visit: Visit, isPrecise: Bool = false) -> HTML {
    .element(.time, .set(.datetime, text)) {
      Span.clock(text, now: visit.at, isPrecise: isPrecise)
    }
  }

  static func ago(_ instant: Timestamp, _ visit: Visit) -> HTML {
    .element(.time, .set(.datetime, instant.rfc3339)) {
      Span.text(seconds: Span.seconds(from: instant, to: visit.at)) + " ago"
    }
  }

  /// Runs down where scripts run; says what was left when the page was made otherwise.
  static func countdown(_ until: Timestamp, _ visit: Visit) -> HTML {
    let left = Span.seconds(from: visit.at, to: until)
    return .element(
      .time, .class("countdown"), .set(.datetime, until.rfc3339),
      .set(.dataUntil, String(until.microseconds / 1000))
    ) { left > 0 ? Span.text(seconds: left) : "over" }
  }

  /// A workload by its last segment and namespace, a client by its address; the whole identity is
  /// where it is asked for.
  static func subject(_ text: String) -> HTML {
    // What is none is shown as it is.
    guard let subject = try? Subject(parsing: text) else { return .foreign(text) }
    return .element(.span, .class("subject")) {
      HTML.element(.strong) { subject.name }
      if subject.isClient {
        HTML.element(.span, .class("namespace")) { " at \(subject.principal.name)" }
      } else if let namespace = subject.principal.namespace {
        HTML.element(.span, .class("namespace")) { " in \(namespace)" }
      }
    }
  }

  private static let shownScalars = 160
  private static let shownBytes = 65_536
}
