internal import JSONNodes
internal import MeshModel

/// A signal on the way in, held to the bounds.
struct SignalDraft {
  private var labels: [String: String] = [:]
  private var labelsLeftOut = 0
  private var links: [String] = []
  private var linksLeftOut = 0
  private var severity: SigmaLevel?
  private var remarks: [SignalRemark] = []
  private let arrival: Timestamp
  private(set) var name = ""
  private var title = ""
  private var text = ""

  init(at arrival: Timestamp) {
    self.arrival = arrival
  }

  mutating func add(label: String, _ value: String) {
    let name = ShownText.line(label, bytes: SignalBounds.labelNameBytes)
    guard name == label, labels.count < SignalBounds.labels else {
      labelsLeftOut += 1
      return
    }
    guard value.utf8.count <= SignalBounds.labelBytes else {
      remarks.append(.labelCut(name))
      labelsLeftOut += 1
      return
    }
    labels[name] = ShownText.line(value, bytes: SignalBounds.labelBytes)
  }

  /// Strings, numbers and booleans become labels; what is nested is left out.
  mutating func add(labelsOf members: Members) {
    for name in members.names {
      guard let node = members.node(name) else { continue }
      guard let value = node.scalarText else {
        labelsLeftOut += 1
        continue
      }
      add(label: name, value)
    }
  }

  mutating func add(link: String?) {
    guard let link, !link.isEmpty else { return }
    // Nothing else is a link that a person may be asked to follow.
    guard links.count < SignalBounds.links, link.utf8.count <= SignalBounds.linkBytes,
      link.hasPrefix("https://") || link.hasPrefix("http://"),
      link.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      linksLeftOut += 1
      return
    }
    if !links.contains(link) { links.append(link) }
  }

  mutating func set(severity text: String?) {
    guard let text, !text.isEmpty else { return }
    severity = SigmaLevel(severity: String(cutting: text, toBytes: SignalBounds.nameBytes))
    if severity == nil { remarks.append(.unknownSeverity(ShownText.line(text, bytes: 64))) }
  }

  mutating func set(name: String, title: String?, text: String?) {
    self.name = ShownText.line(name, bytes: SignalBounds.nameBytes)
    let title = title.flatMap { $0.isEmpty ? nil : $0 } ?? name
    self.title = ShownText.line(title, bytes: SignalBounds.titleBytes)
    self.text = ShownText.line(text ?? "", bytes: SignalBounds.textBytes)
  }

  func label(_ name: String) -> String? { labels[name] }

  func signal(
    id parts: [String], from source: Signal.Source, _ status: Signal.Status, started: Timestamp?
  ) throws(SignalRefusal) -> Signal {
    guard labels[OwnMark.name] == nil else { throw .own }
    guard parts.reduce(0, { $0 + $1.utf8.count }) <= SignalBounds.idBytes else {
      throw .tooLong("id")
    }
    var remarks = remarks
    if labelsLeftOut > 0 { remarks.append(.labelsLeftOut(labelsLeftOut)) }
    if linksLeftOut > 0 { remarks.append(.linksLeftOut(linksLeftOut)) }
    if started == nil { remarks.append(.noStart) }
    let latest = arrival.adding(milliseconds: SignalBounds.aheadSeconds * 1_000)
    if let started, started > latest { remarks.append(.startAhead) }
    return Signal(
      id: SignalID(of: [source.rawValue] + parts), source: source, status: status, name: name,
      started: min(started ?? arrival, arrival), severity: severity, labels: labels, title: title,
      text: text, links: links, remarks: remarks)
  }
}
