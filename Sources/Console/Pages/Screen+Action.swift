internal import ControlViews
internal import MeshModel

extension Screen {
  /// One action as a story, with all evidence.
  package static func action(_ action: ActionFile, _ visit: Visit) -> HTML {
    let name = Consequence.name(of: action)
    return frame("\(Consequence.title(action.view.stage)) of \(name)", in: .actions, visit) {
      HTML.element(.div, .id("action"), .set(.dataLive, "")) {
        head(action, visit)
        HTML.element(.div, .class("columns deciding")) {
          HTML.element(.section, .class("panel")) {
            HTML.element(.h2) { "What you can do" }
            orders(action, visit)
            if !action.isOpen {
              HTML.element(.p, .class("aside")) { "It is over: there is nothing to decide." }
            }
            effect(action)
          }
          HTML.element(.section, .class("panel")) {
            HTML.element(.h2) { "How it stands" }
            if action.approval == nil {
              Rungs.ladder(action)
              if action.isOpen { lease(action, visit) }
            }
            facts(action, visit)
          }
        }
        story(action, visit)
        proxies(action, visit)
        others(action)
        rule(action.view.rule)
        indicator(action.view.indicator, visit)
        objects(action)
      }
    }
  }

  private static func head(_ action: ActionFile, _ visit: Visit) -> HTML {
    .element(.div, .class("title")) {
      HTML.element(.h1) {
        HTML.element(.span, .class("what")) { Consequence.title(action.view.stage) + " of " }
        HTML.subject(action.view.subject)
      }
      HTML.element(.p, .class("under")) {
        HTML.state(action.view.state)
        if action.isShadow { HTML.badge(.idle, "shadow: nothing is refused") }
        HTML.element(.code) { action.view.id }
        HTML.element(.span, .class("identity")) { HTML.foreign(action.view.subject) }
      }
      if let approval = action.approval {
        HTML.element(.p, .class("headline busy")) {
          HTML.element(.strong) { "It waits for you: " }
          HTML.countdown(approval.until, visit)
          " left, then nothing is done."
        }
      }
    }
  }

  private static func effect(_ action: ActionFile) -> HTML {
    guard action.isOpen else { return .empty }
    return .element(.p, .class("effect")) {
      HTML.element(.strong) { action.approval == nil ? "What it does: " : "What it would do: " }
      Consequence.effect(of: action.view.stage, on: Consequence.name(of: action)) + "."
    }
  }

  private static func facts(_ action: ActionFile, _ visit: Visit) -> HTML {
    HTML.facts {
      if let verdict = action.view.verdict {
        HTML.fact("Verdict") {
          HTML.badge(verdict == "effective" ? .good : .bad, verdict.prefixWord)
          if verdict != "effective" { HTML.foreign(verdict) }
        }
      }
      if let reason = action.view.reason { HTML.fact("Ended because") { HTML.foreign(reason) } }
      HTML.fact("Policy") { policy(action.view.policy) }
      HTML.fact("Found by") { HTML.foreign(action.view.detector) }
      confidence(action)
      share(action)
      HTML.fact("Proposed") { HTML.instant(action.proposedAt, visit) }
      HTML.fact("Ends at the latest") { HTML.instant(action.notAfter, visit) }
      if !action.view.approvedBy.isEmpty {
        HTML.fact("Approved by") { HTML.foreign(action.view.approvedBy.joined(separator: ", ")) }
      }
      if let name = action.view.revertedBy { HTML.fact("Taken back by") { HTML.foreign(name) } }
      if action.view.relapses > 0 {
        HTML.fact("Relapses") {
          "\(action.view.relapses): it is held \(1 << min(action.view.relapses, 4)) times as long"
        }
      }
    }
  }

  private static func story(_ action: ActionFile, _ visit: Visit) -> HTML {
    let story = Story(action)
    return .element(.section, .set(.ariaLabelledby, "story")) {
      HTML.element(.h2, .id("story")) { "The story" }
      HTML.element(.p, .class("aside")) { "Times count from the first bad request." }
      HTML.element(.ol, .class("story")) {
        for chapter in story.chapters {
          HTML.element(.li, .class(chapter.standing.rawValue)) {
            HTML.element(.div, .class("chapter")) {
              HTML.element(.h3) { chapter.stage.title }
              HTML.badge(chapter.standing.mark, chapter.standing.word)
              if let at = chapter.at, chapter.standing != .skipped {
                HTML.element(.time, .class("offset"), .set(.datetime, at.rfc3339)) {
                  Span.offset(Span.seconds(from: story.start, to: at))
                }
              }
            }
            HTML.element(.p) { HTML.foreign(chapter.says) }
            if chapter.stage == .detect {
              found(action, visit)
            } else if !chapter.events.isEmpty {
              evidence(
                chapter, from: story.start, id: "\(action.view.id)-\(chapter.stage.rawValue)")
            }
          }
        }
      }
    }
  }

  private static func found(_ action: ActionFile, _ visit: Visit) -> HTML {
    .element(.details, .class("evidence"), .id(action.view.id + "-detect")) {
      HTML.element(.summary) { "Evidence" }
      HTML.facts {
        HTML.fact("First bad request") { HTML.instant(action.finding.onset, visit) }
        HTML.fact("Decided at") { HTML.instant(action.finding.at, visit) }
        HTML.fact("Score") { Figure.score(action.finding.score) }
        HTML.fact("By two alike") { Figure.score(action.finding.corroborated) }
        HTML.fact("At") { HTML.foreign(action.finding.destinations.joined(separator: ", ")) }
        HTML.fact("Reported by") {
          HTML.element(.ul) {
            for witness in action.finding.witnesses {
              HTML.element(.li) { HTML.foreign(witness) }
            }
          }
        }
      }
    }
  }

  private static func evidence(
    _ chapter: Story.Chapter, from start: Timestamp, id: String
  ) -> HTML {
    .element(.details, .class("evidence"), .id(id)) {
      HTML.element(.summary) {
        "Evidence: " + Figure.plural(chapter.events.count, "line") + " of the history"
      }
      HTML.element(.ol, .class("lines")) {
        for event in chapter.events.prefix(maximumLines) {
          HTML.element(.li) {
            HTML.element(.time, .set(.datetime, event.at)) {
              Span.offset(
                Span.seconds(from: start, to: Timestamp(microseconds: event.microseconds)))
            }
            HTML.element(.code) { event.event }
            HTML.foreign(event.detail)
          }
        }
        if chapter.events.count > maximumLines {
          HTML.element(.li) {
            "and \(Figure.count(chapter.events.count - maximumLines)) more: see Audit"
          }
        }
      }
    }
  }

  private static func proxies(_ action: ActionFile, _ visit: Visit) -> HTML {
    guard !action.view.proxies.isEmpty else { return .empty }
    return .element(.section) {
      HTML.element(.h2) { "Proof, proxy by proxy" }
      HTML.table(
        "Proof at each proxy",
        ["Proxy", "Accepted", "Read back", "Stopped", "Probe", "Let through"],
        rows: action.view.proxies.map { proxy in
          [
            .element(.span) {
              HTML.foreign(proxy.proxy)
              if !proxy.attached { HTML.badge(.bad, "detached") }
              if !proxy.subscribed { HTML.badge(.bad, "lacks the filter") }
            },
            proxy.rejected.map { .joined([.badge(.bad, "rejected"), .foreign($0)]) }
              ?? proxy.incapacity.map { .joined([.badge(.bad, "cannot"), .foreign($0)]) }
              ?? instant(proxy.accepted, visit),
            .text(proxy.readback.map { $0 ? "holds it" : "lacks it" } ?? "–"),
            instant(proxy.firstStopped, visit), .text(proxy.probe ?? "–"),
            instant(proxy.served, visit),
          ]
        })
    }
  }

  private static func instant(_ text: String?, _ visit: Visit) -> HTML {
    text.map { .instant($0, visit, isPrecise: true) } ?? .text("–")
  }

  private static func others(_ action: ActionFile) -> HTML {
    .element(.section) {
      HTML.element(.h2) { "Those who did nothing" }
      neighbours(action.neighbours, of: Consequence.name(of: action))
    }
  }

  private static func rule(_ rule: MatchedRule?) -> HTML {
    guard let rule else { return .empty }
    return .element(.section, .class("panel")) {
      HTML.element(.h2) { "The rule that found it" }
      HTML.facts {
        HTML.fact("Rule") { HTML.foreign(rule.title) }
        HTML.fact("Matched") { HTML.element(.code) { HTML.foreign(rule.matched) } }
        HTML.fact("Level") { rule.level.rawValue }
        HTML.fact("Author") { HTML.foreign(rule.author ?? "not stated") }
        HTML.fact("Licence") { HTML.foreign(rule.license ?? "not stated") }
        HTML.fact("Tags") { HTML.foreign(rule.tags.joined(separator: ", ")) }
        HTML.fact("References") {
          HTML.element(.ul) {
            for reference in rule.references {
              HTML.element(.li) { HTML.reference(reference) }
            }
          }
        }
        HTML.fact("Id") { HTML.element(.code) { HTML.foreign(rule.id) } }
      }
    }
  }

  private static func indicator(_ indicator: IndicatorView?, _ visit: Visit) -> HTML {
    guard let indicator else { return .empty }
    return .element(.section, .class("panel")) {
      HTML.element(.h2) { "The indicator that was met" }
      HTML.facts {
        HTML.fact("Feed") { indicator.feed }
        HTML.fact("Listed") { HTML.element(.code) { HTML.foreign(indicator.value) } }
        HTML.fact("Kind") { indicator.kind }
        HTML.fact("Confidence") { "\(indicator.confidence) of 100" }
        HTML.fact("Since") { instant(indicator.since, visit) }
        HTML.fact("Until") { instant(indicator.until, visit) }
        HTML.fact("Entry") { HTML.element(.code) { HTML.foreign(indicator.entry) } }
        HTML.fact("More") { indicator.link.map { HTML.reference($0) } ?? .text("not stated") }
      }
    }
  }

  private static func objects(_ action: ActionFile) -> HTML {
    guard !action.objects.isEmpty else { return .empty }
    return .element(.section) {
      HTML.element(.h2) {
        action.isOpen ? "Exactly what is written" : "Exactly what was written last"
      }
      for object in action.objects {
        HTML.element(.details, .class("evidence"), .id("object-" + object.name)) {
          HTML.element(.summary) { HTML.element(.code) { object.name } }
          HTML.raw(object.text)
        }
      }
    }
  }

  private static let maximumLines = 500
}

extension String {
  /// Up to the first colon.
  fileprivate var prefixWord: String { String(prefix { $0 != ":" }) }
}
