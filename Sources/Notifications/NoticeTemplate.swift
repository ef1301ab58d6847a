internal import MeshModel

/// A text with `{names}` in it, each of which stands for a part of the notice.
///
/// There is nothing else to it: no conditions, no calls. A brace that belongs to no name cannot be
/// written. What a notice lacks is left out.
package struct NoticeTemplate: Hashable, Sendable, CustomStringConvertible {
  package enum Field: String, Hashable, Sendable, CaseIterable {
    case title
    case detail
    case event
    case subject
    case policy
    case severity
    case matter
    case link
    case instance
  }

  package enum Mistake: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String)
    /// A brace without its other one.
    case brace
    case tooLong(bytes: Int)

    package var description: String {
      switch self {
      case .unknown(let name):
        "'{\(name)}' is no part of a notice; parts are "
          + Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
      case .brace: "a '{' without its '}', or the other way round"
      case .tooLong(let bytes): "longer than \(bytes) bytes"
      }
    }
  }

  private enum Part: Hashable {
    case literal(String)
    case field(Field)
  }

  package let description: String
  private let parts: [Part]

  package init(parsing text: String) throws(Mistake) {
    guard text.utf8.count <= Self.maximumBytes else { throw .tooLong(bytes: Self.maximumBytes) }
    var parts: [Part] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
        throw .brace
      }
      let name = String(rest[rest.index(after: open)..<close])
      guard !name.contains("{") else { throw .brace }
      guard let field = Field(rawValue: name) else { throw .unknown(name) }
      if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
      parts.append(.field(field))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.literal(String(rest))) }
    self.parts = parts
    description = text
  }

  func text(of notice: Notice) -> String {
    parts.map { part in
      switch part {
      case .literal(let text): text
      case .field(let field): notice.value(of: field)
      }
    }.joined()
  }

  private static let maximumBytes = 2_048
}

extension Notice {
  /// What stands in a value is text: a brace in it is one.
  fileprivate func value(of field: NoticeTemplate.Field) -> String {
    switch field {
    case .title: title
    case .detail: text
    case .event: kind.rawValue
    case .subject: subject ?? ""
    case .policy: policy ?? ""
    case .severity: severity?.rawValue ?? ""
    case .matter: matter.id
    case .link: link ?? ""
    case .instance: origin
    }
  }
}
