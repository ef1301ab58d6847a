internal import MeshModel
package import YAMLNodes
package import Yams

extension SigmaCorrelation {
  /// Whether a document is a correlation; it is a rule otherwise.
  package static func isCorrelation(_ document: Node) -> Bool { document["correlation"] != nil }

  /// Reads a document; on a mistake `reader` holds it, with its place, and the result is nil.
  package init?(_ document: Node, _ reader: inout YAMLReader) {
    let before = reader.diagnostics.count
    let fields = reader.fields(
      of: document, "a correlation", required: ["title", "correlation"],
      optional: Self.describing)
    guard let body = fields["correlation"] else { return nil }
    let title = reader.text(fields["title"], "title")
    let parts = reader.fields(
      of: body, "correlation", required: ["type", "rules", "timespan"],
      optional: ["group-by", "condition", "aliases", "generate"])
    let type = reader.correlationType(parts["type"])
    let rules = reader.ruleNames(parts["rules"])
    let timespan = reader.timespan(parts["timespan"])
    let condition = reader.correlationCondition(
      parts["condition"], type, rules: rules.count, of: body)
    let generates = [fields["generate"], parts["generate"]].compactMap {
      reader.boolean($0, "generate")
    }
    guard let title, let type, let timespan, let condition else { return nil }
    self.init(
      id: reader.text(fields["id"], "id") ?? "title:\(String(StableHash(title).value, radix: 16))",
      name: reader.text(fields["name"], "name"), title: title, type: type, rules: rules,
      timespanSeconds: timespan, condition: condition.tests, conditionPlace: condition.place,
      place: reader.place(of: document))
    description = reader.text(fields["description"], "description")
    author = reader.text(fields["author"], "author")
    license = reader.text(fields["license"], "license")
    references = reader.words(fields["references"], "references").map(\.text)
    tags = reader.words(fields["tags"], "tags").map(\.text)
    falsePositives = reader.words(fields["falsepositives"], "falsepositives").map(\.text)
    level = reader.choice(fields["level"], "level", SigmaLevel.self)
    status = reader.choice(fields["status"], "status", SigmaStatus.self)
    groupBy = reader.groupFields(parts["group-by"])
    field = condition.field
    percentile = condition.percentile
    aliases = reader.aliases(parts["aliases"])
    generatesRules = generates.contains(true)
    guard reader.diagnostics.count == before else { return nil }
  }

  /// Keys beside `title` and `correlation`; what is not read here changes nothing a correlation does.
  private static let describing = [
    "id", "name", "description", "author", "license", "references", "tags", "falsepositives",
    "level", "status", "date", "modified", "related", "taxonomy", "fields", "scope", "generate",
  ]
}

extension YAMLReader {
  fileprivate func place(of node: Node) -> Place {
    Place(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
  }

  fileprivate func word(_ node: Node) -> SigmaCorrelation.Word? {
    guard let text = node.scalar?.string, !text.isEmpty else { return nil }
    return SigmaCorrelation.Word(text: text, place: place(of: node))
  }

  /// A list of texts, or one text alone.
  fileprivate mutating func words(_ node: Node?, _ what: String) -> [SigmaCorrelation.Word] {
    guard let node else { return [] }
    let nodes = node.scalar == nil ? list(node, what) : [node]
    return nodes.compactMap { node in
      guard let word = word(node) else {
        fail("\(what) must be a list of texts", at: node)
        return nil
      }
      return word
    }
  }

  fileprivate mutating func correlationType(_ node: Node?) -> CorrelationType? {
    if node?.scalar?.string == "value_median", let node {
      fail("value_median is not supported: use value_percentile with percentile: 50", at: node)
      return nil
    }
    return choice(node, "type", CorrelationType.self)
  }

  fileprivate mutating func ruleNames(_ node: Node?) -> [SigmaCorrelation.Word] {
    let names = words(node, "rules")
    guard let node else { return [] }
    if names.isEmpty { fail("rules must name at least one rule", at: node) }
    if names.count > CorrelationBounds.rules {
      fail("rules must name at most \(CorrelationBounds.rules)", at: node)
    }
    refuseRepeats(names, "rules")
    return names
  }

  fileprivate mutating func groupFields(_ node: Node?) -> [SigmaCorrelation.Word] {
    let names = words(node, "group-by")
    if let node, names.count > CorrelationBounds.groupFields {
      fail("group-by must name at most \(CorrelationBounds.groupFields) fields", at: node)
    }
    refuseRepeats(names, "group-by")
    return names
  }

  private mutating func refuseRepeats(_ names: [SigmaCorrelation.Word], _ what: String) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.text).inserted {
      diagnostics.append(name.place.mistake("\(what) names '\(name.text)' twice"))
    }
  }

  /// Seconds, written as a whole number and `s`, `m`, `h` or `d`.
  fileprivate mutating func timespan(_ node: Node?) -> Int64? {
    guard let node else { return nil }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    if let text = node.scalar?.string, let unit = text.last.flatMap({ units[$0] }),
      text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int64(text.dropLast()), count > 0,
      count <= CorrelationBounds.timespanSeconds / unit
    {
      return count * unit
    }
    fail(
      "timespan must be a whole number above 0 and s, m, h or d, such as 90s or 15m, and at most"
        + " \(CorrelationBounds.timespanSeconds / 86_400)d", at: node)
    return nil
  }

  fileprivate mutating func aliases(_ node: Node?) -> [SigmaCorrelation.Alias] {
    guard let node else { return [] }
    guard case .mapping(let mapping) = node else {
      fail("aliases must be a mapping of an alias to the fields it means", at: node)
      return []
    }
    var aliases: [SigmaCorrelation.Alias] = []
    for (key, value) in mapping {
      guard let name = word(key), case .mapping(let sources) = value else {
        fail("an alias must be a mapping of a rule's name to a field", at: key)
        continue
      }
      var alias = SigmaCorrelation.Alias(name: name, fields: [])
      for (rule, field) in sources {
        guard let rule = word(rule), let field = word(field) else {
          fail("an alias must be a mapping of a rule's name to a field", at: rule)
          continue
        }
        alias.fields.append(.init(rule: rule, field: field))
      }
      aliases.append(alias)
    }
    return aliases
  }
}
