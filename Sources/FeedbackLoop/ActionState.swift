package import MeshModel

/// Where an action stands. Every state that is not closed has a deadline.
///
///     proposed ─> [awaitingApproval] ─> recording ─> applying ─> verifying ─> holding
///        │               │                  ▲  │          └── retry ──┘         │
///        └─> refused     └─> refused        │  └─> failed                       │
///                                           └──── relapse, escalation ──────────┤
///                     closed <─ verifyingRelease <─ releasing <─────────────────┘
///                                     └─> holding (one stage lower)
///
/// The operator's fault, refused: approving what does not wait, reverting what is closed. Ignored:
/// late outcomes of a stage that was left. Ours: anything else, and it changes nothing.
package enum ActionState: Hashable, Sendable, Codable {
  case awaitingApproval(until: Timestamp)
  /// The intent is with the store, and nothing has left the process for it; `from` is what is in
  /// force meanwhile, nil for nothing.
  case recording(from: Stage?, until: Timestamp)
  /// Sent to the mesh; not every proxy has accepted it.
  case applying(until: Timestamp, attempt: Int)
  /// Accepted everywhere; no proof of effect yet.
  case verifying(until: Timestamp, attempt: Int)
  /// In force; `calmSince` is when the score last fell below the release level.
  case holding(since: Timestamp, calmSince: Timestamp?)
  /// A lower stage, or nothing, was sent; not every proxy has accepted it.
  case releasing(Descent, until: Timestamp)
  /// Accepted everywhere; not yet seen at the lower stage.
  case verifyingRelease(Descent, until: Timestamp)
  case closed(Ending, at: Timestamp)

  package var isClosed: Bool {
    if case .closed = self { return true }
    return false
  }

  package var name: String {
    switch self {
    case .awaitingApproval: "awaiting-approval"
    case .recording: "recording"
    case .applying: "applying"
    case .verifying: "verifying"
    case .holding: "holding"
    case .releasing: "releasing"
    case .verifyingRelease: "verifying-release"
    case .closed(let ending, _): ending.name
    }
  }
}

/// Which way down.
package enum Descent: Hashable, Sendable, Codable {
  /// To the throttle between quarantine and nothing.
  case step
  /// To nothing; the action then closes so.
  case final(Ending)
}

package enum Ending: Hashable, Sendable, Codable {
  case released
  case refused(Refusal)
  case failed(String)
  case expired(String)

  /// Whether it was in force for its time.
  var isComplete: Bool {
    switch self {
    case .released, .expired: true
    case .refused, .failed: false
    }
  }

  package var name: String {
    switch self {
    case .released: "released"
    case .refused: "refused"
    case .failed: "failed"
    case .expired: "expired"
    }
  }
}

/// Why nothing was done.
package enum Refusal: Hashable, Sendable, Codable, Error {
  case observeOnly
  /// The detector tells what is unusual, not whose fault it is.
  case blamesNobody(Detector)
  case paused
  case storeUnsafe(String)
  /// So much telemetry was shed that what is left may mislead.
  case overloaded(LoadState)
  case protected
  case noProxies
  /// No proxy in scope can enforce it, or not all can shadow it; the text names them.
  case incapable(String)
  case maxActive(limit: Int)
  case policyMaxActive(limit: Int)
  case cooldown(until: Timestamp)
  case rejected(by: String)
  case approvalExpired
  case policyRemoved
  /// It was enforcing and now shadows, or the other way round.
  case policyChanged
  case tooManyApprovals(limit: Int)
  /// One reporter alone already stands behind another live action, or behind too many of late.
  case witnessBusy(SPIFFEID)
  /// So many live actions stand on the word of one reporter each.
  case soleWitnesses(limit: Int)
  case failedRepeatedly(times: Int)
  case maxShadows(limit: Int)
  /// Envoy would count what the stage does not do, and name neither the action nor the request.
  case cannotShadow(String)
  case maxActivePercent(Int, of: Int)
  case namespaceMaxActive(String, limit: Int)
  case maxActionsPerHour(limit: Int)
  /// The subject sent this share of what the mesh served before it turned bad.
  case trafficShare(percent: Int, limit: Int)
  case healthyEndpoints(reached: Int, kept: Int)
  case continuousTime(hours: Int)
  /// What was done to it was lessened because others suffered.
  case harmedNeighbours
  /// It was broken off, or took too long.
  case selfTestOver
  /// All alerts that called for it ended first.
  case alertResolved

  package var text: String {
    switch self {
    case .observeOnly: "the policy only observes"
    case .blamesNobody(let detector): "\(detector.rawValue) blames nobody, so nothing acts on it"
    case .paused: "Flyball is paused: 'flyball resume' lets it act again"
    case .storeUnsafe(let reason): "Flyball has stopped acting: \(reason)"
    case .overloaded(let load): "too much telemetry was shed to be sure: \(load.rawValue)"
    case .protected: "the subject is protected"
    case .noProxies: "no proxy is attached that could enforce it"
    case .incapable(let proxies): "proxies in scope cannot enforce it: \(proxies)"
    case .maxActive(let limit): "\(limit) actions are live, the configured limit"
    case .policyMaxActive(let limit): "\(limit) actions of this policy are live, its limit"
    case .cooldown(let until): "the last action against it ended recently; next at \(until.rfc3339)"
    case .rejected(let by): "rejected by \(by)"
    case .approvalExpired: "nobody approved it in time"
    case .policyRemoved: "its policy was removed"
    case .policyChanged: "its policy no longer does this"
    case .tooManyApprovals(let limit): "\(limit) actions already wait for approval"
    case .witnessBusy(let witness):
      "its only witness \(witness.name) stands behind another live action, or behind too many of late"
    case .soleWitnesses(let limit):
      "\(limit) live actions stand on the word of one reporter each, half of the configured limit"
    case .failedRepeatedly(let times):
      "\(times) actions against it failed: a human must decide"
    case .maxShadows(let limit): "\(limit) shadow actions are live, the limit"
    case .cannotShadow(let stage):
      "a \(stage) has no shadow: proxies would only count, and prove nothing"
    case .maxActivePercent(let percent, let count):
      "more than \(percent) % of the \(count) workloads would be acted on, the configured limit"
    case .namespaceMaxActive(let namespace, let limit):
      "\(limit) actions are live in namespace \(namespace), the configured limit"
    case .maxActionsPerHour(let limit):
      "\(limit) actions were started within the hour, the configured limit"
    case .trafficShare(let percent, let limit):
      "it sent \(percent) % of the mesh's requests before, and its policy acts on \(limit) % at most"
    case .healthyEndpoints(let reached, let kept):
      "a quarantine reaches all \(reached) endpoints of it, and its policy keeps \(kept) healthy"
    case .continuousTime(let hours):
      "it was acted on for \(hours) h without a pause: a human must decide"
    case .harmedNeighbours: "acting on it harmed other callers: a human must decide"
    case .selfTestOver: "the self-test is over"
    case .alertResolved: "the alert was resolved first"
    }
  }

  /// Whether Flyball has given up and an operator must look.
  package var needsHuman: Bool {
    switch self {
    case .failedRepeatedly, .continuousTime, .harmedNeighbours: true
    case .observeOnly, .blamesNobody, .paused, .storeUnsafe, .overloaded, .protected, .noProxies,
      .incapable, .maxActive, .policyMaxActive, .cooldown, .rejected, .approvalExpired,
      .policyRemoved, .tooManyApprovals, .witnessBusy, .soleWitnesses, .maxActivePercent,
      .namespaceMaxActive, .maxActionsPerHour,
      .trafficShare, .healthyEndpoints, .policyChanged, .maxShadows, .cannotShadow,
      .selfTestOver, .alertResolved:
      false
    }
  }
}
