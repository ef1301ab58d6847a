internal import MeshModel

extension LoopEngine {
  /// Starts a way down; a step leads to `stage`, else to the throttle of its policy. It needs no durable record first: only what moves away from baseline does.
  mutating func release(
    _ open: ActionRecord, _ descent: Descent, through stage: Stage? = nil,
    because reason: String? = nil, at now: Timestamp
  ) {
    var action = open
    action.course.extendedTo = nil
    generation += 1
    action.generation = generation
    let previous = action.measure
    if case .final(.failed) = descent {} else { action.verdict = nil }
    if descent == .step { action.stage = stage ?? .throttle(revertTerms(of: action).through) }
    renewEvidence(of: &action, at: now)
    openReleases[action.id] = nil
    action.state = .releasing(
      descent, until: now.adding(milliseconds: verifyTerms(of: action).withinMilliseconds))
    let detail: String
    switch descent {
    case .step:
      action.course.hasSteppedDown = true
      effects.append(.enforce(action.enforcement, generation: generation))
      compareNeighbours(of: action, since: now)
      detail = "\(previous) to \(action.stage.name): \(reason ?? "the score stayed low")"
    case .final(let ending):
      action.course.hasSteppedDown = true
      effects.append(.withdraw(action.id, generation: generation))
      detail =
        "\(previous) to nothing, to end as \(ending.name)" + (reason.map { ": \($0)" } ?? "")
    }
    commit(action, event: "releasing", detail: detail, at: now)
  }

  mutating func progressRelease(
    _ open: ActionRecord, _ descent: Descent, until: Timestamp, at now: Timestamp
  ) {
    let lacks = open.judgeRelease(descent).filter { $0.rung == .accepted }
    guard lacks.isEmpty else {
      keepOpen(open, descent, lacks: lacks, until: until, at: now)
      return
    }
    var action = open
    action.state = .verifyingRelease(
      descent, until: now.adding(milliseconds: verifyTerms(of: action).withinMilliseconds))
    openReleases[action.id] = nil
    commit(
      action, event: "verifying-release",
      detail: "accepted by all \(action.acceptances) proxies", at: now)
  }

  /// Closes, or holds the lower stage, only when the subject is seen there, or was silent.
  mutating func verifyRelease(
    _ open: ActionRecord, _ descent: Descent, until: Timestamp, at now: Timestamp
  ) {
    let lacks = open.judgeRelease(descent)
    guard lacks.isEmpty else {
      keepOpen(open, descent, lacks: lacks, until: until, at: now)
      return
    }
    let flows = open.proxies.contains { proxy, evidence in
      // On the caller's side a decoy's answer looks like any other.
      let isTold = !open.course.hasRerouted || open.subject != .workload(proxy.principal)
      return evidence.servedAt != nil && isTold
        || descent == .step && evidence.firstStoppedAt != nil
    }
    guard flows || now >= until else { return }
    let passed = open.proxies.values.count { $0.probe?.isDenied == false }
    let seen =
      flows
      ? "its traffic flows"
      : "no traffic of it was seen" + (passed > 0 ? ", probes pass at \(passed) of them" : "")
    var action = open
    if case .final(.failed) = descent {} else { action.verdict = nil }
    switch descent {
    case .step:
      action.state = .holding(since: now, calmSince: nil)
      commit(
        action, event: "stepped-down", detail: "\(action.stage.name) in force; \(seen)", at: now)
    case .final(let ending):
      let more = action.goneUnnamed > 0 ? ["and \(action.goneUnnamed) more"] : []
      let gone = (action.gone.map(\.description) + more).joined(separator: ", ")
      close(
        action, ending,
        detail: "baseline at \(action.proxies.count) proxies; \(seen)"
          + (gone.isEmpty
            ? "" : "; gone, with it until \(action.notAfter.rfc3339) if they still run: \(gone)"),
        at: now)
    }
  }

  /// Names what is left behind, and what else is, a minute later at the soonest. Past the deadline inside every proxy nothing can be left but
  /// by a fault of the proxy, and the action ends saying what was never confirmed.
  private mutating func keepOpen(
    _ open: ActionRecord, _ descent: Descent, lacks: [Lack], until: Timestamp, at now: Timestamp
  ) {
    var action = open
    let text = lacks.map(\.text).joined(separator: "; ")
    let end = max(
      until, action.notAfter.adding(milliseconds: LoopLimits.deadlineGraceMilliseconds))
    if now >= end {
      action.verdict = .inconclusive(lacks)
      switch descent {
      case .step: release(action, .final(.expired("the step down stayed open: \(text)")), at: now)
      case .final: endUnconfirmed(action, lacks: lacks, text: text, at: now)
      }
    } else if now >= until {
      action.verdict = .inconclusive(lacks)
      actions[action.id] = action
      let said = openReleases[action.id]
      guard
        said.map({
          $0.lacks != lacks
            && now >= $0.at.adding(milliseconds: LoopLimits.openReleaseMilliseconds)
        }) ?? true
      else { return }
      openReleases[action.id] = OpenRelease(lacks: lacks, at: now)
      commit(action, event: "release-open", detail: text, at: now)
      escalate(action, "release not complete: \(text)")
    }
  }

  private mutating func endUnconfirmed(
    _ action: ActionRecord, lacks: [Lack], text: String, at now: Timestamp
  ) {
    if lacks.contains(where: { $0.rung != .accepted }) {
      close(
        action, .failed("still enforced past its deadline: \(text)"),
        detail: "still enforced past its deadline: \(text)", at: now)
    } else {
      close(
        action, .expired("its deadline inside the proxies passed; unconfirmed: \(text)"),
        detail: "its deadline inside the proxies passed; unconfirmed: \(text)", at: now)
    }
    escalate(action, "release never confirmed: \(text)")
  }
}
