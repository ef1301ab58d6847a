package import MeshModel

/// The signal that opened an incident, and when: a signal that ended may come again and open another.
package struct IncidentID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let first: SignalKey
  package let opened: Timestamp

  package var description: String { "\(first)@\(opened.rfc3339)" }

  package static func < (left: IncidentID, right: IncidentID) -> Bool {
    (left.opened, left.first) < (right.opened, right.first)
  }
}
