internal import ControlViews

/// How far an action is proved: four rungs, each by how many proxies.
enum Rungs {
  enum Standing: Equatable {
    case proved, partly, contradicted, missing
  }

  struct Rung: Equatable {
    var name: String
    var standing: Standing
    var says: String
  }

  static func of(_ action: ActionFile) -> [Rung] {
    let proxies = action.view.proxies
    let all = proxies.count
    return [
      accepted(proxies, of: all), readback(proxies, of: all), behaviour(proxies),
      collateral(action),
    ]
  }

  private static func accepted(_ proxies: [ActionView.Proxy], of all: Int) -> Rung {
    let count = proxies.count { $0.accepted != nil }
    let rejected = proxies.count { $0.rejected != nil || $0.incapacity != nil }
    return Rung(
      name: "Accepted",
      standing: rejected > 0 ? .contradicted : standing(count, of: all),
      says: "\(count) of \(all) proxies" + (rejected > 0 ? ", \(rejected) refused" : ""))
  }

  private static func readback(_ proxies: [ActionView.Proxy], of all: Int) -> Rung {
    let held = proxies.count { $0.readback == true }
    let lacking = proxies.count { $0.readback == false }
    if held + lacking == 0 {
      return Rung(name: "Read back", standing: .missing, says: "no admin interface was read")
    }
    return Rung(
      name: "Read back", standing: standing(held, of: all),
      says: "\(held) hold it" + (lacking > 0 ? ", \(lacking) do not" : ""))
  }

  private static func behaviour(_ proxies: [ActionView.Proxy]) -> Rung {
    let stopped = proxies.count { $0.firstStopped != nil || $0.probe == "denied" }
    let leaking = proxies.count { $0.served != nil || $0.probe == "let through" }
    let says =
      stopped == 0 && leaking == 0
      ? "no request was seen yet"
      : "stopped at \(stopped)" + (leaking > 0 ? ", let through at \(leaking)" : "")
    return Rung(
      name: "Behaviour",
      standing: leaking > 0 ? .contradicted : stopped > 0 ? .proved : .missing, says: says)
  }

  private static func collateral(_ action: ActionFile) -> Rung {
    let compared = action.view.comparedCalls
    let harmed = action.neighbours.count { $0.isHarmed }
    if harmed > 0 {
      return Rung(
        name: "Others", standing: .contradicted,
        says: Figure.plural(harmed, "caller fares", "callers fare") + " worse")
    }
    return compared == 0
      ? Rung(name: "Others", standing: .missing, says: "nobody to compare with yet")
      : Rung(
        name: "Others", standing: .proved,
        says: Figure.plural(compared, "call") + " compared, none worse")
  }

  private static func standing(_ count: Int, of all: Int) -> Standing {
    if all == 0 || count == 0 { return .missing }
    return count == all ? .proved : .partly
  }

  static func ladder(_ action: ActionFile) -> HTML {
    .element(.ul, .class("rungs"), .label("Proof")) {
      for rung in of(action) {
        HTML.element(.li, .class(className(rung.standing))) {
          HTML.element(.span, .class("sign"), .set(.ariaHidden, "true")) { sign(rung.standing) }
          HTML.element(.span, .class("unsaid")) { word(rung.standing) + ": " }
          HTML.element(.strong) { rung.name }
          HTML.element(.span, .class("says")) { " " + rung.says }
        }
      }
    }
  }

  private static func sign(_ standing: Standing) -> String {
    switch standing {
    case .proved: "✓"
    case .partly: "◐"
    case .contradicted: "✕"
    case .missing: "–"
    }
  }

  private static func word(_ standing: Standing) -> String {
    switch standing {
    case .proved: "proved"
    case .partly: "partly"
    case .contradicted: "contradicted"
    case .missing: "missing"
    }
  }

  private static func className(_ standing: Standing) -> String {
    switch standing {
    case .proved: "good"
    case .partly: "waits"
    case .contradicted: "bad"
    case .missing: "idle"
    }
  }
}
