internal import ConfigurationYAML

/// What the keys of a file, or of what `get -o json` prints, mean.
struct Guide {
  struct Field {
    /// By dots; a list's items are `[]`.
    var path: String
    var value: String
    var isRequired: Bool
    var standard: String?
    var example: String?
    var meaning: String

    var name: String { Guide.parts(path).last ?? "" }
  }

  var name: String
  var meaning: String
  var fields: [Field]

  enum Found {
    case field(Field)
    /// Paths that end in what was asked for.
    case several([String])
    case nothing
  }

  init(name: String, meaning: String, fields: [Field]) {
    self.name = name
    self.meaning = meaning
    self.fields = fields
  }

  init(_ kind: FileKind) {
    name = kind.rawValue
    meaning = kind.meaning
    fields = kind.fields.map {
      Field(
        path: $0.path, value: $0.value, isRequired: $0.isRequired, standard: $0.standard,
        example: $0.example, meaning: $0.meaning)
    }
  }

  /// The field of this path, or the only one whose path ends so.
  func find(_ asked: String) -> Found {
    let parts = Self.parts(asked)
    if let field = fields.first(where: { Self.parts($0.path) == parts }) { return .field(field) }
    let ending = fields.filter { Self.parts($0.path).suffix(parts.count) == parts[...] }
    if let field = ending.first, ending.count == 1 { return .field(field) }
    return ending.isEmpty ? .nothing : .several(ending.map(\.path))
  }

  /// Of the top where the path is empty.
  func children(of path: String) -> [Field] {
    let parts = Self.parts(path)
    return fields.filter {
      let own = Self.parts($0.path)
      return own.count == parts.count + 1 && own.starts(with: parts)
    }
  }

  /// Without the marks of lists.
  static func parts(_ path: String) -> [String] {
    path.split(separator: ".").map { String($0).replacing("[]", with: "") }
  }
}
