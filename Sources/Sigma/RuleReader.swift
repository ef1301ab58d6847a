internal import MeshModel
internal import YAMLNodes
internal import Yams

/// Reads one document into a rule, collecting every mistake with its place.
struct RuleReader {
  var yaml: YAMLReader
  /// Values read so far.
  var values = 0

  init(file: String) {
    yaml = YAMLReader(file: file)
  }

  /// Keys that the specification does not name are the author's own, and are left alone.
  mutating func rule(_ node: Node) -> SigmaRule? {
    guard case .mapping(let fields) = node else {
      yaml.fail("a rule must be a mapping", at: node)
      return nil
    }
    refuseOtherKinds(fields)
    for key in ["title", "logsource", "detection"] where fields[key] == nil {
      yaml.fail("a rule needs '\(key)'", at: node)
    }
    let title = shortText(fields["title"], "title")
    let logSource = fields["logsource"].flatMap { self.logSource($0) }
    let detection = fields["detection"].flatMap { self.detection($0) }
    let id = shortText(fields["id"], "id")
    let name = shortText(fields["name"], "name")
    let description = text(fields["description"], "description")
    let author = text(fields["author"], "author")
    let license = text(fields["license"], "license")
    let references = texts(fields["references"], "references")
    let tags = texts(fields["tags"], "tags")
    let falsePositives = texts(fields["falsepositives"], "falsepositives")
    let level = yaml.choice(fields["level"], "level", SigmaLevel.self)
    let status = yaml.choice(fields["status"], "status", SigmaStatus.self)
    guard let title, let logSource, let detection else { return nil }
    return SigmaRule(
      id: id ?? Self.madeID(title), name: name, title: title, description: description,
      author: author, license: license, references: references, tags: tags,
      falsePositives: falsePositives, level: level, status: status, logSource: logSource,
      detection: detection, place: place(node))
  }

  func place(_ node: Node) -> Place {
    Place(file: yaml.file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
  }

  /// The same for the same title in every process.
  static func madeID(_ title: String) -> String {
    let digits = String(StableHash(title).value, radix: 16)
    return "title-" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func refuseOtherKinds(_ fields: Node.Mapping) {
    if let filter = fields["filter"] {
      yaml.fail(
        "filters are not supported: write what they exclude into the rules' conditions",
        at: filter)
    }
    if let action = fields["action"] {
      yaml.fail(
        "'action' is no part of Sigma any more: give each document its own title and logsource",
        at: action)
    }
    if let taxonomy = fields["taxonomy"], taxonomy.scalar?.string != "sigma" {
      yaml.fail("only the taxonomy 'sigma' is known", at: taxonomy)
    }
  }

  private mutating func logSource(_ node: Node) -> LogSource? {
    guard case .mapping(let fields) = node else {
      yaml.fail("logsource must be a mapping", at: node)
      return nil
    }
    let known = LogSource.allCases.map(\.rawValue).joined(separator: " or ")
    let category = fields["category"]
    guard let source = category?.scalar.flatMap({ LogSource(rawValue: $0.string) }) else {
      yaml.fail(
        "\(LogSource.notForThisMesh): category '\(category?.scalar?.string ?? "")', not \(known)",
        at: category ?? node)
      return nil
    }
    for key in ["product", "service"] {
      guard let value = fields[key] else { continue }
      yaml.fail(
        "\(LogSource.notForThisMesh): \(key) '\(value.scalar?.string ?? "")'; here \(known) stands"
          + " alone",
        at: value)
      return nil
    }
    return source
  }

  mutating func shortText(_ node: Node?, _ what: String) -> String? {
    guard let node, let text = text(node, what) else { return nil }
    guard text.utf8.count <= SigmaLimits.nameBytes else {
      yaml.fail("\(what) of more than \(SigmaLimits.nameBytes) bytes", at: node)
      return nil
    }
    return text
  }

  /// Nil for a key without a value.
  mutating func text(_ node: Node?, _ what: String) -> String? {
    guard let node, !node.isNull else { return nil }
    return yaml.text(node, what)
  }

  /// A list, or one text alone.
  mutating func texts(_ node: Node?, _ what: String) -> [String] {
    guard let node, !node.isNull else { return [] }
    if node.scalar != nil { return [text(node, what)].compactMap(\.self) }
    return yaml.list(node, what).compactMap { text($0, "an entry of \(what)") }
  }
}

extension Node {
  /// Nothing, or one of the words for it, without quotes.
  var isNull: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}
