package import MeshModel

/// Signals that are one matter: it begins with the first and ends with the last.
package struct Incident: Hashable, Sendable {
  package let id: IncidentID
  package let key: IncidentKey
  package let title: String
  /// The gravest of its signals.
  package internal(set) var severity: SigmaLevel?
  /// Those that fire.
  package internal(set) var members: Set<SignalID> = []
  package internal(set) var overflow: Overflow?

  /// Signals beyond the bound. Which of them ended is not known, so the incident outlasts them all.
  package struct Overflow: Hashable, Sendable {
    package internal(set) var count: Int
    package internal(set) var until: Timestamp
  }

  init(_ first: AttributedSignal, key: IncidentKey, at now: Timestamp) {
    id = IncidentID(first: SignalKey(sender: key.sender, id: first.signal.id), opened: now)
    self.key = key
    title = first.signal.title
  }

  var isOver: Bool { members.isEmpty && overflow == nil }

  /// Whether the signal made it graver than it was.
  mutating func raise(to level: SigmaLevel?) -> Bool {
    guard let level, severity.map({ $0 < level }) ?? true else { return false }
    severity = level
    return true
  }

  mutating func overflow(until: Timestamp) {
    var overflow = overflow ?? Overflow(count: 0, until: until)
    overflow.count = overflow.count.addingReportingOverflow(1).partialValue
    overflow.until = max(overflow.until, until)
    self.overflow = overflow
  }
}
