extension Screen {
  /// How to come in: with a token, or at the provider where there is one.
  package static func login(
    hasProvider: Bool, failure: String? = nil, _ visit: Visit
  ) -> HTML {
    frame("Log in", in: nil, visit) {
      HTML.element(.div, .class("login panel")) {
        HTML.element(.h1) { "Log in" }
        if let failure {
          HTML.element(.p, .class("notice refused"), .role("alert")) { "✕ " + failure }
        }
        if hasProvider {
          HTML.element(.a, .class("button firm"), .href(Link(["login", "oidc"]))) {
            "Log in at your organisation"
          }
        }
        HTML.element(.form, .class("stack"), .set(.method, "post"), .action(.login)) {
          HTML.element(.label) {
            "Access token"
            HTML.void(
              .input, .set(.type, "password"), .set(.name, "token"),
              .set(.autocomplete, "current-password"), .set(.maxlength, "200"), .flag(.required),
              .flag(.autofocus))
          }
          HTML.element(
            .button, .class("button" + (hasProvider ? "" : " firm")), .set(.type, "submit")
          ) {
            "Log in"
          }
        }
        HTML.element(.p, .class("aside")) {
          "Without either: on the controller's machine the command line needs none, "
          HTML.element(.code) { "flyball get actions" }
          "."
        }
      }
    }
  }
}
