package import JSONNodes

/// Where in a JSON value the parts of a signal are.
package struct SignalFields: Hashable, Sendable {
  /// Where the status is and which words mean what; without one, events only occur.
  package struct Status: Hashable, Sendable {
    package let at: JSONPointer
    package let firing: Set<String>
    package let resolved: Set<String>

    package init(at pointer: JSONPointer, firing: Set<String>, resolved: Set<String>) {
      at = pointer
      self.firing = firing
      self.resolved = resolved
    }
  }

  package let name: JSONPointer?
  package let title: JSONPointer?
  package let severity: JSONPointer?
  package let status: Status?
  package let labels: [String: JSONPointer]
  /// An object each of whose members is a label; those named above come first.
  package let labelObject: JSONPointer?

  package init(
    name: JSONPointer? = nil, title: JSONPointer? = nil, severity: JSONPointer? = nil,
    status: Status? = nil, labels: [String: JSONPointer] = [:], labelObject: JSONPointer? = nil
  ) {
    self.name = name
    self.title = title
    self.severity = severity
    self.status = status
    self.labels = labels
    self.labelObject = labelObject
  }

  func status(in node: JSONNode) throws(SignalRefusal) -> Signal.Status {
    guard let status else { return .occurred }
    guard let text = try text(status.at, in: node) else {
      throw .missing(status.at.description)
    }
    if status.firing.contains(text) { return .firing }
    if status.resolved.contains(text) { return .resolved(at: nil) }
    throw .unknownStatus(ShownText.line(text, bytes: 32))
  }

  /// Fills in all but id, time and status.
  func fill(
    _ draft: inout SignalDraft, from node: JSONNode, name fallback: String
  ) throws(SignalRefusal) {
    for (label, pointer) in labels.sorted(by: { $0.key < $1.key }) {
      if let value = try text(pointer, in: node) { draft.add(label: label, value) }
    }
    if let pointer = labelObject, let object = pointer.value(in: node) {
      let members = try Members(object, at: pointer.description)
      for name in members.names where labels[name] == nil && draft.label(name) == nil {
        if let value = members.node(name)?.scalarText { draft.add(label: name, value) }
      }
    }
    draft.set(severity: try text(severity, in: node))
    draft.set(
      name: try text(name, in: node) ?? fallback, title: try text(title, in: node), text: nil)
  }

  func text(_ pointer: JSONPointer?, in node: JSONNode) throws(SignalRefusal) -> String? {
    guard let pointer, let value = pointer.value(in: node), value != .null else { return nil }
    guard let text = value.scalarText else {
      throw .wrongType(pointer.description, is: value.kind)
    }
    return text
  }
}
