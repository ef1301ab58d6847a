internal import MeshModel

/// A SPIFFE ID with labels in place of segments or parts of them:
/// `spiffe://cluster.local/ns/{namespace}/sa/{app}`.
package struct LabelTemplate: Hashable, Sendable, CustomStringConvertible {
  private enum Part: Hashable {
    case literal(String)
    case label(String)
  }

  package let description: String
  private let parts: [Part]

  /// Nil unless the trust domain is spelled out, each `{` has its `}`, and labels in place it is a
  /// SPIFFE ID.
  package init?(parsing text: String) {
    guard text.utf8.count <= SignalBounds.templateBytes else { return nil }
    var parts: [Part] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else { return nil }
      let name = rest[rest.index(after: open)..<close]
      guard !name.isEmpty, !name.contains("{") else { return nil }
      parts.append(.literal(String(rest[..<open])))
      parts.append(.label(String(name)))
      rest = rest[rest.index(after: close)...]
    }
    parts.append(.literal(String(rest)))
    guard case .literal(let first) = parts[0], first.hasPrefix(Self.scheme),
      first.dropFirst(Self.scheme.count).contains("/")
    else { return nil }
    self.parts = parts
    description = text
    guard identity(labels: { _ in "x" }) != nil else { return nil }
  }

  /// Nil where a label is missing, or is anything but one segment: a `/` in it would name another.
  func identity(labels: (String) -> String?) -> SPIFFEID? {
    var text = ""
    for part in parts {
      switch part {
      case .literal(let literal): text += literal
      case .label(let name):
        guard let value = labels(name), !value.isEmpty, !value.utf8.contains(UInt8(ascii: "/"))
        else { return nil }
        text += value
      }
    }
    // Text that is no identity names nobody.
    return try? SPIFFEID(parsing: text)
  }

  private static let scheme = "spiffe://"
}
