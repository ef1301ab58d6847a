package import MeshModel

/// Signals that are one matter: it begins with the first and ends with the last.
package struct Incident: Hashable, Sendable {
  package let id: IncidentID
  package let key: IncidentKey
  package let title: String
  /// The first labels and links of its first signal, cut to what a person reads.
  package let labels: [String: String]
  package let links: [String]
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
    let shown = first.signal.labels.sorted { $0.key < $1.key }.prefix(Self.shownLabels)
    labels = Dictionary(
      uniqueKeysWithValues: shown.map {
        ($0.key, ShownText.line($0.value, bytes: Self.shownLabelBytes))
      })
    links = first.signal.links
  }

  func isGraver(than level: SigmaLevel?) -> Bool {
    guard let severity else { return false }
    return level.map { $0 < severity } ?? true
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

  /// 6 KiB of each incident, of which a sender has 65 at most.
  private static let shownLabels = 16
  private static let shownLabelBytes = 256

  private static func graver(_ left: SigmaLevel?, _ right: SigmaLevel?) -> SigmaLevel? {
    guard let left, let right else { return left ?? right }
    return max(left, right)
  }
}
