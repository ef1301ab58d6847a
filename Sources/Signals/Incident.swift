package import MeshModel

/// Signals that are one matter: it begins with the first and ends with the last.
package struct Incident: Hashable, Sendable {
  package let id: IncidentID
  package let key: IncidentKey
  package let title: String
  /// Of the gravest signal that fires, or may.
  package private(set) var severity: SigmaLevel?
  /// Those that fire, and how grave each is.
  package private(set) var members: [SignalID: SigmaLevel?] = [:]
  package private(set) var overflow: Overflow?

  /// Signals beyond the bound. Which of them ended is not known, so the incident outlasts them all.
  package struct Overflow: Hashable, Sendable {
    package fileprivate(set) var count: Int
    package fileprivate(set) var until: Timestamp
    /// Of the gravest.
    fileprivate var severity: SigmaLevel?
  }

  init(_ first: AttributedSignal, key: IncidentKey, at now: Timestamp) {
    id = IncidentID(first: SignalKey(sender: key.sender, id: first.signal.id), opened: now)
    self.key = key
    title = first.signal.title
  }

  var isOver: Bool { members.isEmpty && overflow == nil }

  mutating func add(_ id: SignalID, _ level: SigmaLevel?) {
    members[id] = level
    severity = Self.graver(severity, level)
  }

  mutating func remove(_ id: SignalID) {
    guard let level = members.removeValue(forKey: id), level == severity else { return }
    severity = members.values.reduce(overflow?.severity, Self.graver)
  }

  mutating func overflow(until: Timestamp, _ level: SigmaLevel?) {
    var overflow = overflow ?? Overflow(count: 0, until: until)
    overflow.count = overflow.count.addingReportingOverflow(1).partialValue
    overflow.until = max(overflow.until, until)
    overflow.severity = Self.graver(overflow.severity, level)
    self.overflow = overflow
    severity = Self.graver(severity, level)
  }

  mutating func endOverflow() {
    overflow = nil
    severity = members.values.reduce(nil, Self.graver)
  }

  private static func graver(_ left: SigmaLevel?, _ right: SigmaLevel?) -> SigmaLevel? {
    guard let left, let right else { return left ?? right }
    return max(left, right)
  }
}
