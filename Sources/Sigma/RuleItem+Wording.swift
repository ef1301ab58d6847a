internal import MeshModel

extension RuleItem.Operation: CustomStringConvertible {
  package var description: String {
    switch self {
    case .text(let patterns): patterns.map(\.description).joined(separator: " or ")
    case .number(let comparison, let value):
      (comparison == .equal ? "is" : comparison.rawValue) + " \(value.shortText)"
    case .network(let prefixes): "in " + prefixes.map(\.description).joined(separator: " or ")
    case .exists(let exists): exists ? "is there" : "is not there"
    case .field(let other, let position, _): "\(position.rawValue) the text of \(other)"
    }
  }
}

extension TextPattern: CustomStringConvertible {
  /// As it would be written in a rule, with what is not printable in ASCII made visible.
  package var description: String {
    switch self {
    case .regex(let pattern): "/\(pattern.source)/"
    case .wildcard(let pattern): pattern.description
    }
  }
}

extension WildcardPattern: CustomStringConvertible {
  package var description: String {
    if pieces.isEmpty { return "is not there" }
    let text = pieces.map { piece in
      switch piece {
      case .literal(let bytes):
        String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
      case .oneCharacter: "?"
      case .anyText: "*"
      }
    }.joined()
    return "'\(text)'"
  }
}
