internal import ControlViews
internal import MeshModel

extension Screen {
  /// What waits for a person, what is in force, and whether the loop can see and act.
  package static func now(_ view: NowView, _ visit: Visit) -> HTML {
    frame("Now", in: .home, visit) {
      HTML.element(.h1) { "Now" }
      HTML.element(.div, .id("now"), .set(.dataLive, "")) {
        headline(view, visit)
        if !view.waiting.isEmpty { waiting(view.waiting, visit) }
        if !view.live.isEmpty { live(view.live, visit) }
      }
      HTML.element(.div, .class("columns")) {
        health(view, visit)
        switches(view, visit)
      }
      recent(view.closed, visit)
    }
  }

  /// The answer to "must I get up?".
  private static func headline(_ view: NowView, _ visit: Visit) -> HTML {
    let isQuiet = view.waiting.isEmpty && view.live.isEmpty
    let troubles = Trouble.all(view)
    return .element(.p, .class("headline " + (isQuiet ? "calm" : "busy"))) {
      if isQuiet {
        HTML.element(.strong) {
          troubles.isEmpty ? "All is quiet." : "Nothing is in force, and nothing waits for you."
        }
        if troubles.isEmpty {
          " Nothing waits for you, nothing is in force, and every proxy reports."
        } else {
          " But look below: \(Figure.plural(troubles.count, "thing")) may keep Flyball from seeing or acting."
        }
      } else {
        HTML.element(.strong) {
          view.waiting.isEmpty
            ? "Nothing waits for you."
            : Figure.plural(view.waiting.count, "decision waits", "decisions wait") + " for you."
        }
        " "
        view.live.isEmpty
          ? "Nothing is in force."
          : Figure.plural(view.live.count, "action is", "actions are") + " in force."
      }
    }
  }

  private static func waiting(_ actions: [ActionFile], _ visit: Visit) -> HTML {
    .element(.section, .set(.ariaLabelledby, "waiting")) {
      HTML.element(.h2, .id("waiting")) { "Waiting for you" }
      for action in actions {
        HTML.element(
          .article, .class("card waits"), .id("card-" + action.view.id), .set(.dataKey, "row"),
          .set(.ariaLabelledby, "title-" + action.view.id)
        ) {
          cardHead(action, visit)
          HTML.element(.p, .class("reason")) { HTML.foreign(action.finding.reason) }
          HTML.facts {
            if let approval = action.approval {
              HTML.fact("Time to decide") {
                HTML.countdown(approval.until, visit)
                HTML.element(.span, .class("aside")) { " then nothing is done" }
              }
              HTML.fact("Approvals") {
                "\(action.view.approvedBy.count) of \(approval.needed)"
                for name in action.view.approvedBy { HTML.element(.bdi) { " · " + name } }
              }
            }
            share(action)
            confidence(action)
          }
          orders(action, visit)
        }
      }
    }
  }

  private static func live(_ actions: [ActionFile], _ visit: Visit) -> HTML {
    .element(.section, .set(.ariaLabelledby, "live")) {
      HTML.element(.h2, .id("live")) { "In force" }
      for action in actions {
        HTML.element(
          .article, .class("card acting"), .id("card-" + action.view.id), .set(.dataKey, "row"),
          .set(.ariaLabelledby, "title-" + action.view.id)
        ) {
          cardHead(action, visit)
          HTML.element(.p, .class("reason")) { HTML.foreign(action.finding.reason) }
          HTML.element(.div, .class("pair")) {
            Rungs.ladder(action)
            lease(action, visit)
          }
          orders(action, visit)
        }
      }
    }
  }

  private static func cardHead(_ action: ActionFile, _ visit: Visit) -> HTML {
    .element(.div, .class("card-head")) {
      HTML.element(.h3, .id("title-" + action.view.id)) {
        HTML.element(.a, .href(.action(action.view.id)), .set(.dataKey, "Enter")) {
          HTML.element(.span, .class("what")) { Consequence.title(action.view.stage) + " of " }
          HTML.subject(action.view.subject)
        }
      }
      HTML.state(action.view.state)
    }
  }

  private static func recent(_ actions: [ActionFile], _ visit: Visit) -> HTML {
    .element(.section, .id("recent"), .set(.dataLive, ""), .set(.ariaLabelledby, "recent-title")) {
      HTML.element(.h2, .id("recent-title")) { "Lately ended" }
      if actions.isEmpty {
        HTML.element(.p, .class("none")) { "No action has ended yet." }
      } else {
        HTML.element(.ul, .class("recent")) {
          for action in actions {
            HTML.element(.li) {
              HTML.state(action.view.state)
              HTML.element(.a, .href(.action(action.view.id))) {
                HTML.subject(action.view.subject)
              }
              HTML.element(.span, .class("aside")) {
                HTML.ago(action.proposedAt, visit)
              }
            }
          }
        }
      }
    }
  }
}
