extension Page {
  /// How to come in. `csrf` stands for the session that the form begins.
  package static func login(
    csrf: String, providers: [String] = [], failure: String? = nil, _ visit: Visit
  ) -> HTML {
    frame("Log in", in: nil, visit) {
      HTML.element(.div, .class("login panel")) {
        HTML.element(.h1) { "Log in" }
        if let failure {
          HTML.element(.p, .class("notice refused"), .id("failure"), .role("alert")) {
            "✕ " + failure
          }
        }
        for provider in providers {
          HTML.element(.form, .set(.method, "post"), .action(Link(["login", "oidc"]))) {
            hidden(csrf)
            HTML.element(.button, .class("button firm"), .set(.type, "submit")) {
              "Continue with \(provider)"
            }
          }
        }
        HTML.element(.form, .class("stack"), .set(.method, "post"), .action(.login)) {
          hidden(csrf)
          HTML.element(.label) {
            "Access token"
            HTML.void(
              .input, .set(.type, "password"), .set(.name, "token"),
              .set(.autocomplete, "current-password"), .set(.maxlength, "200"), .flag(.required),
              .flag(.autofocus))
          }
          HTML.element(.button, .class("button firm"), .set(.type, "submit")) { "Log in" }
        }
        HTML.element(.p, .class("aside")) {
          "Without a token: the socket on the controller's machine takes orders of its users, "
          HTML.element(.code) { "flyball get actions" }
          "."
        }
      }
    }
  }

  private static func hidden(_ csrf: String) -> HTML {
    .void(.input, .set(.type, "hidden"), .set(.name, "csrf"), .set(.value, csrf))
  }
}
