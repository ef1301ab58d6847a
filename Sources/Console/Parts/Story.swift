internal import ControlViews
internal import MeshModel

/// An action as a story: nine stages from what was found to the baseline, each with the lines of the
/// history that tell of it.
struct Story {
  enum Stage: String, CaseIterable {
    case detect, propose, approve, write, acknowledge, readback, denial, release, baseline

    var title: String {
      switch self {
      case .detect: "Found"
      case .propose: "Proposed"
      case .approve: "Approved"
      case .write: "Written"
      case .acknowledge: "Acknowledged"
      case .readback: "Read back"
      case .denial: "First denial"
      case .release: "Released"
      case .baseline: "Baseline"
      }
    }
  }

  enum Standing: String {
    case done, ahead, skipped, failed
    case underWay = "now"

    var word: String {
      switch self {
      case .done: "done"
      case .underWay: "under way"
      case .ahead: "still to come"
      case .skipped: "not needed"
      case .failed: "failed"
      }
    }

    var mark: HTML.Mark {
      switch self {
      case .done: .good
      case .underWay: .waits
      case .ahead, .skipped: .idle
      case .failed: .bad
      }
    }
  }

  struct Chapter {
    var stage: Stage
    var standing: Standing
    /// When it was reached.
    var at: Timestamp?
    var says: String
    var events: [ActionView.Event]
  }

  let chapters: [Chapter]
  /// What times count from: the first misdeed.
  let start: Timestamp

  init(_ action: ActionFile) {
    start = min(action.finding.onset, action.finding.at)
    var events: [Stage: [ActionView.Event]] = [:]
    var isReleasing = false
    for event in action.view.events ?? [] {
      if event.event == "intent" || event.event == "applied" { isReleasing = false }
      let stage = Self.stage(of: event.event, isReleasing)
      if stage == .release { isReleasing = true }
      events[stage, default: []].append(event)
    }
    chapters = Stage.allCases.map { stage in
      Self.chapter(stage, of: action, events[stage] ?? [])
    }
  }

  private static func stage(of event: String, _ isReleasing: Bool) -> Stage {
    switch event {
    case "proposed", "held-back": .propose
    case "approved": .approve
    case "intent", "applied", "retried", "adopted": .write
    case "accepted", "rejected", "verifying": isReleasing ? .release : .acknowledge
    case "readback": isReleasing ? .release : .readback
    case "behaviour", "effective", "unverified", "harm", "escalated", "not-escalated", "kept",
      "telemetry-lost", "leak":
      isReleasing ? .release : .denial
    case "releasing", "verifying-release", "stepped-down", "reverted", "release-open", "probe":
      .release
    case "released", "failed", "expired", "refused", "superseded": .baseline
    default: isReleasing ? .release : .denial
    }
  }

  private static func chapter(
    _ stage: Stage, of action: ActionFile, _ events: [ActionView.Event]
  ) -> Chapter {
    let at = events.first.map { Timestamp(microseconds: $0.microseconds) }
    let proxies = action.view.proxies
    var chapter = Chapter(
      stage: stage, standing: events.isEmpty ? .ahead : .done, at: at, says: "", events: events)
    switch stage {
    case .detect:
      chapter.standing = .done
      chapter.at = action.finding.at
      chapter.says = action.finding.reason
    case .propose:
      chapter.standing = .done
      chapter.at = action.proposedAt
      chapter.says = "\(action.view.stage), by policy \(action.view.policy)"
    case .approve: chapter.approve(action)
    case .write:
      chapter.says = events.first?.detail ?? "Nothing was sent."
    case .acknowledge:
      chapter.says = Rungs.of(action)[0].says + " accepted it"
      if proxies.contains(where: { $0.rejected != nil }) { chapter.standing = .failed }
    case .readback:
      chapter.says = Rungs.of(action)[1].says
      if proxies.contains(where: { $0.readback == false }), action.isOpen,
        action.view.state == "holding"
      {
        chapter.standing = .failed
      }
    case .denial:
      let first = events.first { $0.event == "behaviour" }
      chapter.at = first.map { Timestamp(microseconds: $0.microseconds) } ?? at
      chapter.says = first?.detail ?? events.first?.detail ?? "No request was stopped in its name."
    case .release: chapter.says = events.last?.detail ?? "It is not on its way back."
    case .baseline: chapter.says = events.last?.detail ?? action.view.reason ?? ""
    }
    chapter.settle(action)
    return chapter
  }
}

extension Story.Chapter {
  fileprivate mutating func approve(_ action: ActionFile) {
    if let approval = action.approval {
      standing = .underWay
      says = "\(action.view.approvedBy.count) of \(approval.needed) approvals"
    } else if !action.view.approvedBy.isEmpty {
      standing = .done
      says = "by " + action.view.approvedBy.joined(separator: ", ")
    } else if action.view.state == "refused" {
      standing = .failed
      says = action.view.reason ?? "It was refused."
    } else {
      standing = .skipped
      says = "The policy acts by itself."
    }
  }

  /// What has no lines of its own: what comes still, what is under way, and what will never come.
  fileprivate mutating func settle(_ action: ActionFile) {
    switch stage {
    case .detect, .propose, .approve: return
    case .write, .acknowledge, .readback, .denial:
      guard events.isEmpty else { return }
      if !action.isOpen {
        standing = .skipped
        says = stage == .write ? "Nothing was sent to any proxy." : "It was not seen."
      } else if action.approval != nil {
        says = ""
      } else if stage == .readback {
        standing = action.view.state == "holding" ? .skipped : .ahead
      } else {
        standing = .underWay
      }
    case .release:
      if action.view.state == "releasing" || action.view.state == "verifying-release" {
        standing = .underWay
      } else if events.isEmpty, !action.isOpen {
        standing = .skipped
        says = "There was nothing to take back."
      } else if events.isEmpty {
        says = "When the score stays low, or at its deadline."
      } else if action.isOpen {
        // It stepped down, or relapsed: the way back is not over.
        standing = .underWay
      }
    case .baseline:
      guard !action.isOpen else {
        standing = .ahead
        says = "When every proxy is seen without it, and traffic flows."
        return
      }
      standing = action.view.state == "failed" ? .failed : .done
      if says.isEmpty { says = action.view.state }
    }
  }
}
