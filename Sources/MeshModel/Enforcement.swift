/// What the mesh is to do to one subject, until when, and for which action.
package struct Enforcement: Hashable, Sendable, Codable {
  package var action: ActionID
  package var subject: Subject
  package var stage: Stage
  /// Whether the proxies only say what they would have done.
  package var isShadow: Bool
  /// The absolute end, evaluated by each proxy itself.
  package var notAfter: Timestamp

  package init(
    action: ActionID, subject: Subject, stage: Stage, isShadow: Bool = false, notAfter: Timestamp
  ) {
    self.action = action
    self.subject = subject
    self.stage = stage
    self.isShadow = isShadow
    self.notAfter = notAfter
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
  case route = "flyball.route"
}
