package import ControlViews

extension Screen {
  package static func policies(_ policies: [PolicyView], _ visit: Visit) -> HTML {
    frame("Policies", in: .policies, visit) {
      HTML.element(.h1) { "Policies" }
      HTML.element(.p, .class("lead")) {
        "In the order in which they are asked: the first that fits a finding answers it. Their files "
        "are read again when the daemon is told so (SIGHUP)."
      }
      HTML.element(.div, .id("policies"), .set(.dataLive, "")) {
        if policies.isEmpty {
          HTML.element(.p, .class("none")) { "No policy is loaded: nothing is ever done." }
        }
        for policy in policies { card(policy) }
      }
    }
  }

  private static func card(_ policy: PolicyView) -> HTML {
    let id = policyID(policy.name)
    return .element(
      .article, .class("card" + (policy.openActions.isEmpty ? "" : " acting")), .id(id),
      .set(.dataKey, "row"), .set(.ariaLabelledby, "title-" + id)
    ) {
      HTML.element(.div, .class("card-head")) {
        HTML.element(.h2, .id("title-" + id)) { HTML.element(.bdi) { policy.name } }
        HTML.badge(mark(policy.mode), policy.mode)
      }
      HTML.element(.p, .class("reason")) { meaning(policy.mode) }
      HTML.facts {
        HTML.fact("Answers") { items(policy.matches) }
        HTML.fact("With") { items(policy.steps) }
        HTML.fact("Lasts at most") { Span.text(seconds: Double(policy.ttlSeconds)) }
        HTML.fact("In force") {
          "\(Figure.count(policy.openActions.count)) of \(Figure.count(policy.maxActive))"
          HTML.element(.ul) {
            for action in policy.openActions {
              HTML.element(.li) {
                HTML.element(.a, .href(.action(action))) { HTML.element(.code) { action } }
              }
            }
          }
        }
        HTML.fact("File") {
          HTML.element(.code) { HTML.foreign(policy.file) }
          HTML.element(.span, .class("aside")) {
            " SHA-256 "
            HTML.element(.code) { HTML.foreign(String(policy.digest.prefix(12))) }
          }
        }
      }
      HTML.element(.p, .class("next")) {
        HTML.element(.a, .href(.actions(by: [("policy", policy.name)]))) { "Its actions" }
        " · "
        HTML.element(.a, .href(.alerts(by: [("policy", policy.name)]))) { "Its alerts" }
      }
    }
  }

  /// Where a policy is on its page. Its name may hold anything, so other letters become their numbers.
  static func policyID(_ name: String) -> String {
    var id = "policy-"
    for byte in name.utf8.prefix(200) {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D:
        id.unicodeScalars.append(Unicode.Scalar(byte))
      default: id += "_" + String(byte, radix: 16) + "_"
      }
    }
    return id
  }

  private static func items(_ texts: [String]) -> HTML {
    .element(.ul) {
      for text in texts { HTML.element(.li) { HTML.foreign(text) } }
    }
  }

  private static func mark(_ mode: String) -> HTML.Mark {
    switch mode {
    case "enforce": .acting
    case "approve": .waits
    default: .idle
    }
  }

  private static func meaning(_ mode: String) -> String {
    switch mode {
    case "enforce": "Acts by itself, within its limits."
    case "approve": "Asks a person for every action."
    case "shadow": "Has the proxies say what they would have done; nothing is refused."
    default: "Records what it finds; nothing is done."
    }
  }
}
