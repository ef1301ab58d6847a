internal import ControlViews
internal import MeshModel

extension Screen {
  /// Whether the loop can see and act.
  static func health(_ view: NowView, _ visit: Visit) -> HTML {
    .element(.section, .class("panel"), .id("health"), .set(.dataLive, "")) {
      HTML.element(.h2) { "Can Flyball see and act?" }
      let troubles = Trouble.all(view)
      if !troubles.isEmpty {
        HTML.element(.ul, .class("troubles")) {
          for trouble in troubles {
            HTML.element(.li) {
              HTML.badge(.bad, "needs a look")
              HTML.element(.span) {
                HTML.foreign(trouble.what)
                HTML.element(.span, .class("aside")) {
                  " → "
                  if let link = trouble.link {
                    HTML.element(.a, .href(link)) { trouble.remedy }
                  } else {
                    trouble.remedy
                  }
                }
              }
            }
          }
        }
      }
      HTML.facts {
        proxies(view.nodes)
        entries(view.ingest)
        HTML.fact("Load") {
          HTML.badge(view.status.load == "normal" ? .good : .bad, view.status.load)
        }
        HTML.fact("History") {
          view.status.historyWritable
            ? HTML.badge(.good, "written") : HTML.badge(.bad, "cannot be written")
        }
        selfTest(view.status.selfTest, visit)
        if let feeds = view.status.feeds { self.feeds(feeds, at: view.status.microseconds) }
        if !view.receivers.isEmpty { receivers(view.receivers) }
        HTML.fact("Policies") { Figure.plural(view.status.policies.count, "policy", "policies") }
      }
    }
  }

  private static func proxies(_ nodes: [NodeView]) -> HTML {
    .fact("Proxies") {
      let attached = nodes.count { $0.attached }
      HTML.badge(
        attached == nodes.count && !nodes.isEmpty ? .good : .bad,
        "\(attached) of \(nodes.count) attached")
      HTML.element(.span, .class("aside")) {
        " \(nodes.count { $0.reporting }) report"
      }
    }
  }

  private static func entries(_ ingest: NowView.Ingest) -> HTML {
    .fact("Log entries") {
      Figure.count(ingest.received) + " received"
      HTML.element(.span, .class("aside")) {
        " \(Figure.count(ingest.shed)) shed, \(Figure.count(ingest.rejected)) refused, \(Figure.count(ingest.waiting)) waiting"
      }
    }
  }

  private static func feeds(_ feeds: [FeedView], at microseconds: Int64) -> HTML {
    .fact("Feeds") {
      for feed in feeds {
        let condition = feed.condition(at: microseconds)
        HTML.badge(
          condition == .current ? .good : condition == .awaited ? .waits : .bad, feed.name)
        HTML.element(.span, .class("aside")) {
          " \(condition.rawValue), \(Figure.plural(feed.indicators, "indicator"))"
            + (feed.ageSeconds(at: microseconds).map {
              ", \(Span.text(seconds: Double($0))) old "
            } ?? " ")
        }
      }
    }
  }

  private static func receivers(_ receivers: [NoticeList.Receiver]) -> HTML {
    .fact("Told of it") {
      for receiver in receivers {
        HTML.badge(
          receiver.dead > 0 ? .bad : receiver.waiting > 0 ? .waits : .good, receiver.name)
        HTML.element(.span, .class("aside")) {
          " \(Figure.count(receiver.told)) told, \(Figure.count(receiver.waiting)) waiting,"
            + " \(Figure.count(receiver.dead)) given up "
        }
      }
    }
  }

  private static func selfTest(_ test: SelfTestView?, _ visit: Visit) -> HTML {
    .fact("Self-test") {
      if let test {
        if let last = test.last {
          HTML.badge(last.outcome == "passed" ? .good : .bad, last.outcome)
          HTML.element(.span, .class("aside")) {
            " begun "
            HTML.instant(last.began, visit)
            ", took \(Span.text(seconds: last.seconds))"
          }
        } else {
          test.running.map { HTML.badge(.waits, "at " + $0) } ?? HTML.badge(.idle, "not run yet")
        }
        if let reason = test.heldBack {
          HTML.element(.span, .class("aside")) { " held back: " + reason }
        }
      } else {
        HTML.badge(.idle, "off")
        HTML.element(.span, .class("aside")) { " no proxy has a probe, or it is switched off" }
      }
    }
  }

  /// Pause, resume, and the emergency exit.
  static func switches(_ view: NowView, _ visit: Visit) -> HTML {
    .element(.section, .class("panel"), .id("switches"), .set(.dataLive, "")) {
      HTML.element(.h2) { "The switch" }
      HTML.element(.p) {
        if view.status.paused {
          HTML.badge(.bad, "paused")
          " No new action starts. Releases go on, and what is in force ends at its own deadline."
        } else {
          HTML.badge(.good, "acting")
          " Flyball acts by itself where a policy says so."
        }
      }
      HTML.element(.div, .class("orders")) {
        for order in view.orders { HTML.order(order, visit) }
        if view.orders.isEmpty {
          HTML.element(.p, .class("aside")) {
            "Pausing needs an operator of the whole mesh; taking everything back an admin."
          }
        }
      }
      HTML.element(.p, .class("aside")) {
        "With the daemon dead: "
        HTML.element(.code) { "flyball revert --all --config flyball.yaml" }
      }
    }
  }
}
