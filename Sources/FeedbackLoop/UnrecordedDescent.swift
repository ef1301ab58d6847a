package import MeshModel

/// A way down that left although the history could not be written: what a store notes of it elsewhere,
/// so that the next start goes on from there and enforces nothing that was taken back.
package struct UnrecordedDescent: Hashable, Sendable {
  /// From the least to the most that was taken back.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// To a throttle, because its subject was calm.
    case steppedDown = "stepped-down"
    /// To a throttle, because it harmed others.
    case lessened
    case withdrawn
  }

  package let action: ActionID
  package let kind: Kind
  package let at: Timestamp
  /// The operator who took it back, if one did.
  package let by: String?

  package init(_ kind: Kind, of action: ActionID, at: Timestamp, by: String?) {
    self.action = action
    self.kind = kind
    self.at = at
    self.by = by
  }

  /// What an entry says that could not be written; nil where it is no way down. What was refused after
  /// its intent is one: the intent may be durable.
  package init?(_ entry: HistoryEntry) {
    guard let action = entry.action else { return nil }
    let kind: Kind
    switch action.state {
    case .closed(.refused, _) where action.intent == 0: return nil
    case .releasing(.final, _), .verifyingRelease(.final, _), .closed: kind = .withdrawn
    case .releasing(.step, _), .verifyingRelease(.step, _):
      kind = action.course.harmed ? .lessened : .steppedDown
    case .awaitingApproval, .recording, .applying, .verifying, .holding: return nil
    }
    self.init(kind, of: action.id, at: entry.at, by: action.course.revertedBy)
  }

  /// Whether it says more than what is noted of the same action already.
  package func says(moreThan known: UnrecordedDescent) -> Bool {
    let ranks = Kind.allCases
    guard kind == known.kind else {
      return ranks.firstIndex(of: kind) ?? 0 > ranks.firstIndex(of: known.kind) ?? 0
    }
    return by != nil && known.by == nil
  }
}

extension ActionRecord {
  /// Whether the record tells of the way down by itself, or is of a time after it.
  package func tells(of descent: UnrecordedDescent) -> Bool {
    if let sentAt, sentAt > descent.at { return true }
    return switch state {
    case .releasing(.final, _), .verifyingRelease(.final, _), .closed: true
    case .releasing(.step, _), .verifyingRelease(.step, _): descent.kind != .withdrawn
    case .awaitingApproval, .recording, .applying, .verifying, .holding: false
    }
  }

  /// The action on the way down that its record does not tell of.
  package func onItsWay(_ descent: UnrecordedDescent) -> ActionRecord {
    var action = self
    action.course.withdrawnUnrecordedAt = descent.at
    action.course.revertedBy = descent.by ?? course.revertedBy
    action.course.extendedTo = nil
    switch descent.kind {
    case .withdrawn: action.state = .releasing(.final(.released), until: notAfter)
    case .steppedDown, .lessened:
      action.course.harmed = course.harmed || descent.kind == .lessened
      if case .recording(let from?, _) = state { action.stage = from }
      action.state = .releasing(.step, until: notAfter)
    }
    return action
  }
}
