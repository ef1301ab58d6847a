internal import MeshModel

/// A page of the console as text: one function for each screen, in the files beside this one.
package enum Screen {
  /// The document around a screen's content.
  static func frame(
    _ title: String, in section: Section?, _ visit: Visit, @HTMLBuilder content: () -> HTML
  ) -> HTML {
    .document(
      .element(.html, .set(.lang, "en"), .set(.dataTheme, visit.theme.rawValue)) {
        head(title, visit)
        HTML.element(.body, .set(.dataNow, String(visit.at.microseconds / 1000))) {
          HTML.element(.a, .class("skip"), .href(.onPage("main"))) { "Skip to content" }
          top(visit)
          HTML.element(.div, .class("shell")) {
            if visit.user != nil { navigation(section, visit) }
            HTML.element(.main, .id("main"), .set(.tabindex, "-1")) {
              warnings(visit)
              notice(visit)
              content()
            }
          }
          // Where changes are told to those who do not see them.
          HTML.element(
            .p, .id("said"), .class("quiet-said"), .role("status"), .set(.ariaLive, "polite")
          ) {}
          if visit.user != nil { keyboardHelp() }
        }
      })
  }

  private static func head(_ title: String, _ visit: Visit) -> HTML {
    .element(.head) {
      HTML.void(.meta, .set(.charset, "utf-8"))
      HTML.element(.title) {
        (visit.waiting > 0 ? "(\(visit.waiting)) " : "") + "\(title) · Flyball"
      }
      HTML.void(
        .meta, .set(.name, "viewport"), .set(.content, "width=device-width, initial-scale=1"))
      HTML.void(.meta, .set(.name, "color-scheme"), .set(.content, "light dark"))
      HTML.void(.link, .set(.rel, "icon"), .set(.type, "image/svg+xml"), .href(.asset("icon.svg")))
      HTML.void(.link, .set(.rel, "stylesheet"), .href(.asset("console.css")))
      if let page = visit.page { HTML.void(.link, .set(.rel, "canonical"), .href(page)) }
      HTML.element(.script, .set(.type, "module"), .source(.asset("main.js"))) {}
    }
  }

  private static func top(_ visit: Visit) -> HTML {
    .element(.header, .class("top")) {
      HTML.element(.a, .class("brand"), .href(.home)) {
        logo()
        HTML.element(.span) { "Flyball" }
      }
      HTML.element(.div, .class("who")) {
        if let user = visit.user {
          colours(visit)
          HTML.element(.span, .class("user")) {
            HTML.element(.bdi) { user.name }
            HTML.element(.span, .class("role")) { " " + user.role }
          }
          if user.canLogOut {
            HTML.element(.form, .set(.method, "post"), .action(.logout)) {
              HTML.token(visit)
              HTML.element(.button, .class("plain"), .set(.type, "submit")) { "Log out" }
            }
          }
        }
      }
    }
  }

  private static func colours(_ visit: Visit) -> HTML {
    .element(
      .form, .class("theme"), .set(.method, "post"), .action(.theme), .role("group"),
      .label("Colours")
    ) {
      HTML.token(visit)
      for theme in Visit.Theme.allCases {
        HTML.element(
          .button, .set(.name, "theme"), .set(.value, theme.rawValue), .set(.type, "submit"),
          .set(.ariaPressed, theme == visit.theme ? "true" : "false")
        ) { theme.rawValue }
      }
    }
  }

  private static func navigation(_ current: Section?, _ visit: Visit) -> HTML {
    .element(.nav, .class("sections"), .label("Screens")) {
      HTML.element(.ul) {
        for section in Section.allCases {
          HTML.element(.li) {
            HTML.element(
              .a,
              [.href(section.link), .set(.dataKey, "g " + section.key)]
                + (section == current ? [.set(.ariaCurrent, "page")] : [])
            ) {
              section.title
              if section == .home, visit.waiting > 0 {
                HTML.element(.span, .class("count")) {
                  "\(visit.waiting)"
                  HTML.element(.span, .class("unsaid")) { " waiting" }
                }
              }
            }
          }
        }
      }
    }
  }

  private static func warnings(_ visit: Visit) -> HTML {
    .element(.div, .id("warnings"), .set(.dataLive, "")) {
      for warning in visit.warnings {
        HTML.element(.div, .class("warning"), .role("note")) {
          HTML.element(.strong) { "⚠ " + warning.title }
          " "
          HTML.foreign(warning.detail)
        }
      }
    }
  }

  private static func notice(_ visit: Visit) -> HTML {
    switch visit.notice {
    case .done(let text):
      .element(.div, .class("notice done"), .role("status")) { "✓ " + text }
    case .refused(let text):
      .element(.div, .class("notice refused"), .role("alert")) {
        HTML.element(.strong) { "✕ Not done. " }
        HTML.foreign(text)
      }
    case nil: .empty
    }
  }

  /// A governor: a spindle, two arms, two balls.
  private static func logo() -> HTML {
    .element(
      .svg, .class("logo"), .set(.viewBox, "0 0 32 32"), .set(.width, "28"), .set(.height, "28"),
      .set(.ariaHidden, "true")
    ) {
      HTML.element(.path, .class("spindle"), .set(.d, "M16 3v26M11 29h10")) {}
      HTML.element(.path, .class("arms"), .set(.d, "M16 6L7 18M16 6l9 12M7 18l9 6 9-6")) {}
      HTML.element(.circle, .class("ball"), .set(.cx, "7"), .set(.cy, "18"), .set(.r, "3.6")) {}
      HTML.element(.circle, .class("ball"), .set(.cx, "25"), .set(.cy, "18"), .set(.r, "3.6")) {}
    }
  }

  private static func keyboardHelp() -> HTML {
    .element(.dialog, .id("keys"), .set(.ariaLabelledby, "keys-title")) {
      HTML.element(.h2, .id("keys-title")) { "Keyboard" }
      HTML.element(.dl, .class("keys")) {
        for (keys, meaning) in keys {
          HTML.element(.div) {
            HTML.element(.dt) {
              for key in keys.split(separator: " ") { HTML.element(.kbd) { String(key) } }
            }
            HTML.element(.dd) { meaning }
          }
        }
      }
      HTML.element(.form, .set(.method, "dialog")) {
        HTML.element(.button, .class("button"), .set(.type, "submit")) { "Close" }
      }
    }
  }

  private static let keys =
    [
      ("/", "search this page"), ("j", "next one"), ("k", "the one before"),
      ("Enter", "open the chosen one"), ("a", "approve the chosen one: asks first"),
      ("r", "reject or take back the chosen one: asks first"), ("Esc", "leave a question"),
    ] + Section.allCases.map { ("g " + $0.key, $0.title) } + [("?", "this help")]
}
