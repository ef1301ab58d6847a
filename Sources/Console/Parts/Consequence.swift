internal import ControlViews
internal import MeshModel

/// What pressing a button will do, in words that somebody woken at night understands.
enum Consequence {
  /// What the stage does to its subject.
  static func effect(of stage: String, on name: String) -> String {
    let shadowed = stage.hasPrefix("shadow ")
    let kind = shadowed ? String(stage.dropFirst("shadow ".count)) : stage
    let effect: String
    if kind.hasPrefix("throttle") {
      effect = "Every sidecar in scope lets \(name) through at a limited rate and refuses the rest"
    } else if kind.hasPrefix("quarantine") {
      effect = "Every sidecar in scope refuses all requests of \(name)"
    } else if kind.hasPrefix("reroute") {
      effect = "Requests of \(name) go to a decoy instead of where they were sent"
    } else if kind.hasPrefix("tighten") {
      effect = "The sidecars of \(name) refuse callers without a certificate"
    } else {
      effect = "Nothing of it is in force"
    }
    return shadowed ? "Only noted in access logs, nothing is refused: " + effect : effect
  }

  static func of(_ order: Order, on action: ActionFile, now: Timestamp) -> String {
    let name = name(of: action)
    let left = Span.text(seconds: Span.seconds(from: now, to: action.notAfter))
    switch order {
    case .approve:
      let missing = max(0, (action.approval?.needed ?? 1) - action.view.approvedBy.count - 1)
      let effect =
        effect(of: action.view.stage, on: name) + ", for at most \(left). "
        + "Flyball records it first, proves that it took effect, and takes it back by itself once "
        + "\(name) behaves."
      return missing == 0
        ? effect
        : "Counts as your approval; \(Figure.plural(missing, "more person", "more people")) must "
          + "approve before anything happens. Then: " + effect
    case .reject:
      return "Nothing is done to \(name) for this finding, and that stays in the history under "
        + "your name."
    case .revert:
      return "The rules against \(name) are withdrawn from every proxy, and the way back is "
        + "verified. Its requests pass again within a second or so. It is not acted on again by "
        + "itself during the cooldown unless two reporters see new misdeeds."
    case .extend:
      return "It stays in force longer than its \(left) that are left, within the policy's limits."
    case .order, .pause, .resume, .revertAll: return of(order)
    }
  }

  static func of(_ order: Order) -> String {
    switch order {
    case .pause:
      "No new action starts until somebody resumes. What is in force stays until it is released or "
        + "runs out; releases go on."
    case .resume: "Flyball acts by itself again, as its policies say."
    case .revertAll:
      "Every action in force is withdrawn from every proxy, now, whoever is still attacking. "
        + "Pause first, if nothing new is to start."
    case .order, .approve, .reject, .revert, .extend: ""
    }
  }

  /// What the button that does it says.
  static func verb(_ order: Order, on action: ActionFile) -> String {
    let name = name(of: action)
    switch order {
    case .approve: return "Yes, \(action.view.stage.prefix { $0 != " " }) \(name)"
    case .reject: return "Yes, do nothing to \(name)"
    case .revert: return "Yes, let \(name) through again"
    case .extend: return "Yes, extend it"
    case .order, .pause, .resume, .revertAll: return "Yes, " + order.title.lowercased()
    }
  }

  /// A stage as the beginning of a heading.
  static func title(_ stage: String) -> String {
    stage == "none" ? "Nothing left" : stage.prefix(1).uppercased() + stage.dropFirst()
  }

  static func name(of action: ActionFile) -> String {
    // A view's subject was one when it was made.
    (try? Subject(parsing: action.view.subject))?.name ?? action.view.subject
  }
}
