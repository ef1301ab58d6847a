internal import ControlViews
internal import MeshModel

extension Screen {
  /// An order, first as a question: what it would do, then whether it is to be given.
  package static func preview(_ page: PreviewPage, _ visit: Visit) -> HTML {
    frame(Order.order.title, in: .actions, visit) {
      HTML.element(.h1) { Order.order.title }
      HTML.element(.p, .class("lead")) {
        "First you are shown what it would do; nothing is done until you say so. No score ends it "
        "earlier: it ends at its time, or when somebody takes it back."
      }
      form(page.form)
      if let preview = page.preview {
        HTML.element(.div, .class("columns deciding")) {
          decision(preview, page.form, visit)
          touched(preview.view)
        }
        scope(preview.view)
        objects(preview.view)
      }
    }
  }

  private static func form(_ form: PreviewPage.Form) -> HTML {
    .element(.form, .class("fields panel"), .set(.method, "get"), .action(.preview)) {
      HTML.element(.label, .class("long-field")) {
        "Whom: a SPIFFE ID, or an address at a gateway"
        HTML.element(.span) {
          HTML.void(
            .input, .set(.type, "text"), .set(.name, "subject"), .set(.value, form.subject),
            .set(.placeholder, "spiffe://…/ns/…/sa/…"), .set(.autocomplete, "off"),
            .set(.dataKey, "/"), .flag(.required))
        }
      }
      select("What", "action", measures, chosen: form.action)
      select("For", "seconds", lengths(form.seconds), chosen: form.seconds)
      number("Requests a second, of a throttle", "rate", form.rate)
      number("At once, of a throttle", "burst", form.burst)
      field("Cluster, of a reroute", "cluster", form.cluster)
      HTML.element(.button, .class("button"), .set(.type, "submit")) { "Show what it would do" }
    }
  }

  private static func number(_ label: String, _ name: String, _ value: String) -> HTML {
    .element(.label) {
      label
      HTML.element(.span) {
        HTML.void(
          .input, .set(.type, "text"), .set(.inputmode, "numeric"), .set(.name, name),
          .set(.value, value), .set(.autocomplete, "off"))
      }
    }
  }

  private static func decision(
    _ preview: PreviewPage.Preview, _ form: PreviewPage.Form, _ visit: Visit
  ) -> HTML {
    // A view's subject was one when it was made.
    let name = (try? Subject(parsing: preview.view.subject))?.name ?? preview.view.subject
    return .element(.section, .class("panel"), .id("decision")) {
      HTML.element(.h2) {
        HTML.element(.span, .class("what")) { Consequence.title(preview.view.stage) + " of " }
        HTML.subject(preview.view.subject)
      }
      HTML.element(.p, .class("effect")) {
        Consequence.effect(of: preview.view.stage, on: name)
        ", until "
        HTML.instant(preview.notAfter, visit)
        " UTC if it were ordered now."
      }
      if let refused = preview.view.refused {
        HTML.element(.p, .class("notice refused"), .role("alert")) {
          HTML.element(.strong) { "✕ It would be refused: " }
          HTML.foreign(refused)
        }
      } else {
        HTML.element(.form, .class("confirm"), .set(.method, "post"), .action(.actions)) {
          HTML.element(.p) {
            "It is recorded under your name, sent to the proxies below, and proved."
          }
          HTML.token(visit)
          for (name, value) in form.fields {
            HTML.void(
              .input, .set(.type, "hidden"), .set(.name, name), .set(.value, value))
          }
          HTML.element(.label) {
            "Reason, for the history"
            HTML.void(
              .input, .set(.type, "text"), .set(.name, "reason"), .set(.maxlength, "200"),
              .set(.autocomplete, "off"), .flag(.required))
          }
          HTML.element(.button, .class("button firm"), .set(.type, "submit")) {
            "Yes, \(preview.view.stage.prefix { $0 != " " }) \(name)"
          }
        }
      }
    }
  }

  private static func touched(_ view: OrderPreview) -> HTML {
    let isOwn = view.stage.hasPrefix("tighten")
    return .element(.section, .class("panel")) {
      HTML.element(.h2) { "What it touches" }
      HTML.element(.p) {
        if let share = view.trafficShare {
          "At most "
          HTML.element(.strong) { Figure.percent(share) }
          isOwn
            ? " of the mesh's requests: those to it that came without a certificate in the last "
              + "five minutes."
            : " of the mesh's requests: all that it sent in the last five minutes."
        } else {
          "Nothing is known of its traffic."
        }
      }
      if !view.calls.isEmpty {
        HTML.table(
          isOwn ? "Its callers" : "Whom it calls",
          [isOwn ? "Caller" : "Called", "Requests", "Failed", "Denied"],
          rows: view.calls.map { call in
            [
              .subject(call.peer), .text(Figure.rate(call.requestsPerSecond)),
              .text(Figure.percent(call.failedShare)), .text(Figure.percent(call.deniedShare)),
            ]
          })
      }
    }
  }

  private static func scope(_ view: OrderPreview) -> HTML {
    let unable = view.scope.count { $0.incapacity != nil }
    let all = view.scope.count + view.scopeLeftOut
    return .element(.section) {
      HTML.element(.h2) { "Which proxies are told: \(Figure.count(all))" }
      if unable > 0 {
        HTML.element(.p, .class("aside")) {
          "\(Figure.plural(unable, "of them cannot", "of them cannot")) enforce it: it holds at the "
          "others."
        }
      }
      if all == 0 {
        HTML.element(.p, .class("none")) { "None: no proxy is known that could enforce it." }
      } else {
        HTML.filterBox("scope")
        HTML.table(
          "Proxies that are told", ["Proxy", "Can enforce it"],
          rows: view.scope.sorted {
            ($0.incapacity == nil ? 1 : 0) < ($1.incapacity == nil ? 1 : 0)
          }
          .map { place in
            [
              .foreign(place.proxy),
              place.incapacity.map { .joined([.badge(.bad, "cannot"), .foreign($0)]) }
                ?? .badge(.good, "yes"),
            ]
          })
      }
      if view.scopeLeftOut > 0 {
        HTML.element(.p, .class("aside")) {
          "and \(Figure.count(view.scopeLeftOut)) more: too many to show, or of namespaces that you "
          "do not see"
        }
      }
    }
  }

  private static func objects(_ view: OrderPreview) -> HTML {
    guard !view.objects.isEmpty else { return .empty }
    return .element(.section) {
      HTML.element(.h2) { "Exactly what would be written" }
      HTML.element(.p, .class("aside")) { "With an id of its own in place of this one." }
      for (number, object) in view.objects.enumerated() {
        HTML.element(.details, .class("evidence"), .id("object-\(number)")) {
          HTML.element(.summary) { HTML.element(.code) { HTML.foreign(object.name) } }
          HTML.raw(object.text)
        }
      }
    }
  }

  private static let measures = [
    ("quarantine", "quarantine: refuse all it sends"),
    ("throttle", "throttle: limit what it sends"),
    ("reroute", "reroute: answer it elsewhere"),
    ("tighten-mtls", "tighten-mtls: refuse callers without a certificate"),
  ]

  /// With that of an address that somebody typed.
  private static func lengths(_ asked: String) -> [(String, String)] {
    let usual = [("300", "5 minutes"), ("900", "15 minutes"), ("3600", "1 hour")]
    guard !asked.isEmpty, !usual.contains(where: { $0.0 == asked }) else { return usual }
    return [(asked, asked + " seconds")] + usual
  }
}
