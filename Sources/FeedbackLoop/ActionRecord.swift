package import MeshModel

/// All that is known of one action; stored whole with every change.
package struct ActionRecord: Hashable, Sendable, Codable {
  package let id: ActionID
  package let subject: Subject
  package var policy: String
  package let proposedAt: Timestamp
  package var detection: Detection
  package var state: ActionState
  /// The policy step the action stands for.
  package var step: Int
  /// What is, or is to be, in force; the last one when nothing is.
  package var stage: Stage
  /// True, or nil: absent from the records of versions that knew no shadow.
  private let shadow: Bool?
  package var notAfter: Timestamp
  /// The enforcement change that put `stage` in force; 0 before.
  package var generation: UInt64
  /// When that change was sent, and when it is to be judged from.
  package var sentAt: Timestamp?
  package var proxies: [ProxyID: ProxyEvidence]
  package var verdict: Verdict?
  /// Absent in histories of earlier versions, like those below.
  private var storedCourse: ActionCourse?
  private var intents: Int?
  private var vanished: [ProxyID]?
  private var unnamed: Int?

  package init(
    id: ActionID, subject: Subject, policy: String, proposedAt: Timestamp, detection: Detection,
    state: ActionState, step: Int, stage: Stage, isShadow: Bool = false, notAfter: Timestamp
  ) {
    self.id = id
    self.subject = subject
    self.policy = policy
    self.proposedAt = proposedAt
    self.detection = detection
    self.state = state
    self.step = step
    self.stage = stage
    shadow = isShadow ? true : nil
    self.notAfter = notAfter
    generation = 0
    proxies = [:]
  }

  package var course: ActionCourse {
    get { storedCourse ?? ActionCourse() }
    set { storedCourse = newValue }
  }

  /// The number of its latest intent.
  package var intent: Int {
    get { intents ?? 0 }
    set { intents = newValue }
  }

  /// Proxies that are gone, and may have been cut off with what they were given: it ends there at its
  /// deadline.
  package var gone: [ProxyID] {
    get { vanished ?? [] }
    set { vanished = newValue.isEmpty ? nil : newValue }
  }

  /// How many more there were than `gone` can name.
  package var goneUnnamed: Int {
    get { unnamed ?? 0 }
    set { unnamed = newValue > 0 ? newValue : nil }
  }

  /// Whether the proxies only say what they would have done.
  package var isShadow: Bool { shadow ?? false }

  package var enforcement: Enforcement {
    Enforcement(
      action: id, subject: subject, stage: stage, isShadow: isShadow, notAfter: notAfter)
  }

  /// What its latest intent allows: a deadline that is being recorded is not in force yet.
  package var intended: Enforcement {
    var intended = enforcement
    intended.notAfter = course.extendedTo ?? notAfter
    return intended
  }

  /// Takes over what was seen of the same stage before it was sent again.
  mutating func keepSeen(_ before: [ProxyID: ProxyEvidence]) {
    for (proxy, evidence) in before {
      proxies[proxy]?.firstStoppedAt = evidence.firstStoppedAt
      if evidence.probe?.isDenied == true { proxies[proxy]?.probe = evidence.probe }
    }
  }

  /// Whether something of this action may be in force in the mesh.
  package var isInForce: Bool {
    switch state {
    case .awaitingApproval, .closed: false
    // A release that was broken off may have left something.
    case .recording(let from, _): from != nil || generation > 0
    case .applying, .verifying, .holding, .releasing, .verifyingRelease: true
    }
  }

  /// Whether something else is in force than its stage, which is being recorded.
  var isBeingChanged: Bool {
    if case .recording = state { generation > 0 } else { false }
  }

  /// Whether nothing is to be left of it.
  var isEnding: Bool {
    switch state {
    case .releasing(.final, _), .verifyingRelease(.final, _), .closed: true
    case .releasing(.step, _), .verifyingRelease(.step, _), .awaitingApproval, .recording,
      .applying, .verifying, .holding:
      false
    }
  }

  /// Whether it is on its way to an end that was not asked for.
  var isEndingWithoutSuccess: Bool {
    switch state {
    case .releasing(.final(let ending), _), .verifyingRelease(.final(let ending), _):
      switch ending {
      case .failed, .expired: true
      case .released, .refused: false
      }
    case .releasing(.step, _), .verifyingRelease(.step, _), .awaitingApproval, .recording,
      .applying, .verifying, .holding, .closed:
      false
    }
  }

  /// Whether an operator said no to it.
  var wasRejected: Bool {
    if case .closed(.refused(.rejected), _) = state { true } else { false }
  }

  /// Whether it was, or is about to be, in force.
  var wasStarted: Bool { generation > 0 || isLive }

  /// Whether it is in force, or about to be.
  package var isLive: Bool {
    if case .recording = state { return true }
    return isInForce
  }

  /// Whether it counts against the caps. A proxy that does not confirm a release takes nothing from
  /// others, else whoever holds one certificate could use up what they need; and past its deadline
  /// nothing is in force.
  func takesRoom(at now: Timestamp) -> Bool {
    isLive && now < notAfter.adding(milliseconds: LoopLimits.deadlineGraceMilliseconds)
      && lacksOfOne(at: now) == nil
  }
}
