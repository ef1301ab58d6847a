package import MeshModel

/// The signal that opened an incident, and when: a signal that ended may come again and open another.
package struct IncidentID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let first: SignalKey
  package let opened: Timestamp

  package var description: String { "\(first)@\(opened.rfc3339)" }

  /// The signal that opened the incident which is described so.
  package static func first(of description: String, by sender: String) -> SignalKey? {
    guard description.hasPrefix(sender + "/"), let end = description.lastIndex(of: "@") else {
      return nil
    }
    let start = description.index(description.startIndex, offsetBy: sender.count + 1)
    return start < end
      ? SignalID(parsing: String(description[start..<end])).map {
        SignalKey(sender: sender, id: $0)
      }
      : nil
  }

  package static func < (left: IncidentID, right: IncidentID) -> Bool {
    (left.opened, left.first) < (right.opened, right.first)
  }
}
