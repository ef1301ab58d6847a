package import Access
package import FeedbackLoop
package import MeshModel
internal import Signals

/// Words what the history says for those who are told.
///
/// | event of the history | notice |
/// |---|---|
/// | the first of an action | `detection.fired`, beside what follows |
/// | `proposed`, `approved`, `applied`, `effective` | `action.proposed`, `approved`, `applied`, `verified` |
/// | `refused` of what was proposed, `failed`, `released`, `expired` | `action.` and the same; the matter is over |
/// | `unverified`, `kept`, `contradicted`, `no-longer-effective`, `harm`, `release-open`, `impersonated`, and a refusal that leaves it to a human | `attention.needed` |
///
/// Of self-tests nothing is told. Policy and severity are the same in all notices of an action that
/// one process gives, though another policy takes it over: they are labels by which others know it.
package struct NoticeWriter: Sendable {
  private struct Facts {
    let policy: String
    let severity: SigmaLevel
  }

  private let origin: String
  private let address: WebAddress?
  private var facts: [ActionID: Facts] = [:]

  /// `address` is where browsers find the console.
  package init(origin: String, address: WebAddress?) {
    self.origin = origin
    self.address = address
  }

  /// `action` is that of the record, as it is now; nil where it is none or is no longer there.
  package mutating func notices(
    of record: NumberedRecord, _ action: ActionRecord?
  ) -> [Notice] {
    guard let action else {
      guard record.action == nil, record.event == "impersonated" else { return [] }
      return [impersonated(record)]
    }
    guard !action.isSelfTest, record.action == action.id else { return [] }
    var notices: [Notice] = []
    if record.isFirst, action.detection.detector != .order {
      notices.append(
        notice(
          .detectionFired, "detected", of: record, action,
          .open(until: record.at.adding(milliseconds: Self.detectionSeconds * 1_000))))
    }
    if let (kind, needsHuman) = kind(of: record, action) {
      notices.append(
        notice(
          kind, kind.rawValue, of: record, action, standing(kind, of: record, action),
          needsHuman: needsHuman))
    }
    if action.state.isClosed { facts[action.id] = nil }
    return notices
  }

  /// What is so of an open action; nil where nothing was told of it.
  package mutating func reminder(of action: ActionRecord, at now: Timestamp) -> Notice? {
    guard !action.isSelfTest else { return nil }
    let kind: NoticeKind
    switch action.state {
    case .awaitingApproval: kind = .actionProposed
    case .recording(nil, _), .closed: return nil
    case .recording, .applying, .verifying, .releasing, .verifyingRelease: kind = .actionApplied
    case .holding: kind = action.verdict == .effective ? .actionVerified : .actionApplied
    }
    return notice(
      id: "\(action.id)-reminder", kind, at: now, action,
      .open(until: Self.end(of: action)),
      text: "\(action.state.name): \(action.measure); \(action.detection.reason)")
  }

  /// That Flyball acts no more, and why.
  package func stopped(_ reason: String, at now: Timestamp) -> Notice {
    Notice(
      id: "stopped-\(now.microseconds)", kind: .loopStopped, at: now, origin: origin,
      matter: .init(
        id: "loop", began: now,
        standing: .open(until: now.adding(milliseconds: Self.stopSeconds * 1_000))),
      needsHuman: true, severity: .critical, title: "Flyball has stopped acting",
      text: Self.cut(reason), link: address?.description)
  }

  /// What an operator sends to try a receiver.
  package func test(id: String, at now: Timestamp) -> Notice {
    Notice(
      id: "test-\(id)", kind: .test, at: now, origin: origin,
      matter: .init(
        id: "test-\(id)", began: now,
        standing: .open(until: now.adding(milliseconds: Self.detectionSeconds * 1_000))),
      severity: .informational, title: "Test of Flyball's notifications",
      text: "An operator tries this receiver. Nothing has happened.", link: address?.description)
  }

  private func kind(
    of record: NumberedRecord, _ action: ActionRecord
  ) -> (NoticeKind, needsHuman: Bool)? {
    switch record.event {
    case "proposed": return (.actionProposed, false)
    case "approved": return (.actionApproved, false)
    case "applied": return (.actionApplied, false)
    case "effective": return (.actionVerified, false)
    case "released": return (.actionReleased, false)
    case "failed": return (.actionFailed, true)
    // What was never confirmed keeps its lacks.
    case "expired": return (.actionExpired, action.verdict != nil)
    case "unverified", "kept", "contradicted", "no-longer-effective", "harm", "release-open":
      return (.attentionNeeded, true)
    case "refused":
      if case .closed(.refused(let refusal), _) = action.state, refusal.needsHuman {
        return (.attentionNeeded, true)
      }
      return record.isFirst ? nil : (.actionRefused, false)
    default: return nil
    }
  }

  private func standing(
    _ kind: NoticeKind, of record: NumberedRecord, _ action: ActionRecord
  ) -> Notice.Matter.Standing {
    switch record.event {
    case "refused", "failed", "released", "expired": .over(at: record.at)
    default: .open(until: Self.end(of: action))
    }
  }

  private static func end(of action: ActionRecord) -> Timestamp {
    switch action.state {
    case .awaitingApproval(let until), .recording(_, let until): max(action.notAfter, until)
    case .applying, .verifying, .holding, .releasing, .verifyingRelease, .closed: action.notAfter
    }
  }

  private mutating func notice(
    _ kind: NoticeKind, _ part: String, of record: NumberedRecord, _ action: ActionRecord,
    _ standing: Notice.Matter.Standing, needsHuman: Bool = false
  ) -> Notice {
    let isNew = kind == .actionProposed || kind == .actionApplied
    let why =
      isNew && action.detection.detector != .order ? "\nWhy: \(action.detection.reason)" : ""
    return notice(
      id: "\(action.id)-\(record.number)-\(part)", kind, at: record.at, action, standing,
      needsHuman: needsHuman, text: record.detail + why)
  }

  private mutating func notice(
    id: String, _ kind: NoticeKind, at: Timestamp, _ action: ActionRecord,
    _ standing: Notice.Matter.Standing, needsHuman: Bool = false, text: String
  ) -> Notice {
    let facts = facts(of: action)
    return Notice(
      id: id, kind: kind, at: at, origin: origin,
      matter: .init(
        id: action.id.description, began: action.proposedAt, standing: standing),
      needsHuman: needsHuman, subject: action.subject.description, policy: facts.policy,
      severity: facts.severity,
      title: ShownText.line(Self.title(of: kind, action), bytes: 256), text: Self.cut(text),
      link: address.map { "\($0)/actions/\(action.id)" })
  }

  private func impersonated(_ record: NumberedRecord) -> Notice {
    Notice(
      id: "record-\(record.number)-\(record.at.microseconds)", kind: .attentionNeeded,
      at: record.at, origin: origin,
      matter: .init(id: "impersonated", began: record.at, standing: .over(at: record.at)),
      needsHuman: true, severity: .critical, title: "A human must look: an identity is misused",
      text: Self.cut(record.detail), link: address?.description)
  }

  private mutating func facts(of action: ActionRecord) -> Facts {
    if let known = facts[action.id] { return known }
    if facts.count >= Self.maximumFacts { facts.removeAll() }
    let own = Facts(policy: action.policy, severity: action.detection.severity)
    facts[action.id] = own
    return own
  }

  private static func title(of kind: NoticeKind, _ action: ActionRecord) -> String {
    let what = "\(action.measure) of \(action.subject.name)"
    return switch kind {
    case .detectionFired: "Detected: \(action.subject.name), \(action.detection.shortly)"
    case .actionProposed: "Approval needed: \(what)"
    case .actionApproved: "Approved: \(what)"
    case .actionApplied: "Sent to the mesh: \(what)"
    case .actionVerified: "In force: \(what)"
    case .actionRefused: "Not done: \(what)"
    case .actionFailed: "Failed: \(what)"
    case .actionReleased: "Over: \(what)"
    case .actionExpired: "Ended at its deadline: \(what)"
    case .attentionNeeded: "A human must look: \(what)"
    case .loopStopped, .test: what
    }
  }

  /// Line by line, so that what attackers wrote steers no terminal.
  private static func cut(_ text: String) -> String {
    let lines = String(cutting: text, toBytes: maximumTextBytes).split(separator: "\n")
      .map { ShownText.line(String($0), bytes: maximumTextBytes) }
    // A replacement is longer than what it replaces.
    return String(cutting: lines.joined(separator: "\n"), toBytes: maximumTextBytes)
  }

  private static let detectionSeconds: Int64 = 300
  private static let stopSeconds: Int64 = 3_600
  private static let maximumTextBytes = 2_048
  /// Open actions of which something was told; more are only forgotten sooner.
  private static let maximumFacts = 4_096
}

extension Detection {
  /// A rule's own level, or that of an alert; detectors that blame are graver than those that only observe.
  fileprivate var severity: SigmaLevel {
    if let level = rule?.level ?? alert?.severity { return level }
    guard detector != .order else { return .medium }
    return detector.blames ? .high : .low
  }

  fileprivate var shortly: String {
    rule.map { "rule '\($0.title)'" } ?? alert.map { "alert '\($0.title)'" } ?? detector.rawValue
  }
}
