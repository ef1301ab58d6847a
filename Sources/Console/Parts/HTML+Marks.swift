extension HTML {
  /// How something stands: always a sign and a word beside the colour.
  enum Mark: String {
    case good, waits, acting, bad, idle

    var sign: String {
      switch self {
      case .good: "✓"
      case .waits: "◷"
      case .acting: "◆"
      case .bad: "✕"
      case .idle: "○"
      }
    }
  }

  static func badge(_ mark: Mark, _ word: String) -> HTML {
    .element(.span, .class("badge \(mark.rawValue)")) {
      HTML.element(.span, .class("sign"), .set(.ariaHidden, "true")) { mark.sign }
      " " + word
    }
  }

  static func state(_ name: String) -> HTML {
    badge(mark(ofState: name), name.replacing("-", with: " "))
  }

  static func mark(ofState name: String) -> Mark {
    switch name {
    case "awaiting-approval": .waits
    case "recording", "applying", "verifying", "holding": .acting
    case "releasing", "verifying-release": .waits
    case "released": .good
    case "failed": .bad
    default: .idle
    }
  }

  /// A term and what is known of it.
  static func fact(_ term: String, @HTMLBuilder _ value: () -> HTML) -> HTML {
    .element(.div) {
      HTML.element(.dt) { term }
      HTML.element(.dd) { value() }
    }
  }

  static func facts(@HTMLBuilder _ facts: () -> HTML) -> HTML {
    .element(.dl, .class("facts")) { facts() }
  }

  /// A table that scrolls within its own region, which a keyboard reaches.
  static func table(
    _ caption: String, _ headings: [String], optional: Set<Int> = [], rows: [[HTML]],
    rowID: ((Int) -> String)? = nil
  ) -> HTML {
    .element(
      .div, .class("scroll"), .role("region"), .label(caption), .set(.tabindex, "0")
    ) {
      HTML.element(.table) {
        HTML.element(.caption) { caption }
        HTML.element(.thead) {
          HTML.element(.tr) {
            for (index, heading) in headings.enumerated() {
              HTML.element(
                .th, [.set(.scope, "col")] + (optional.contains(index) ? [.class("wide")] : [])
              ) { heading }
            }
          }
        }
        HTML.element(.tbody) {
          for (number, row) in rows.enumerated() {
            HTML.element(.tr, rowID.map { [.id($0(number)), .set(.dataKey, "row")] } ?? []) {
              for (index, cell) in row.enumerated() {
                HTML.element(
                  index == 0 ? .th : .td,
                  (index == 0 ? [.set(.scope, "row")] : [])
                    + (optional.contains(index) ? [.class("wide")] : [])
                ) { cell }
              }
            }
          }
        }
      }
    }
  }
}
