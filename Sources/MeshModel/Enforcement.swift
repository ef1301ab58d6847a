/// What the mesh is to do to one subject, until when, and for which action.
package struct Enforcement: Hashable, Sendable, Codable {
  package var action: ActionID
  package var subject: Subject
  package var stage: Stage
  /// The absolute end, evaluated by each proxy itself.
  package var notAfter: Timestamp

  package init(action: ActionID, subject: Subject, stage: Stage, notAfter: Timestamp) {
    self.action = action
    self.subject = subject
    self.stage = stage
    self.notAfter = notAfter
  }
}

/// How hard an action presses, in rising order.
package enum Stage: Hashable, Sendable, Codable {
  case throttle(Rate)
  case quarantine

  package var name: String {
    switch self {
    case .throttle: "throttle"
    case .quarantine: "quarantine"
    }
  }

  /// The filter that enforces this stage.
  package var filter: Filter {
    switch self {
    case .throttle: .throttle
    case .quarantine: .rbac
    }
  }
}

/// A token bucket: `burst` requests at once, refilled at `perSecond` requests a second.
package struct Rate: Hashable, Sendable, Codable {
  package var perSecond: UInt32
  package var burst: UInt32

  package init(perSecond: UInt32, burst: UInt32) {
    self.perSecond = perSecond
    self.burst = burst
  }
}

/// The extension configurations a proxy subscribes to; the raw value is the resource name.
package enum Filter: String, Hashable, Sendable, Codable, CaseIterable {
  case rbac = "flyball.rbac"
  case throttle = "flyball.throttle"
}
