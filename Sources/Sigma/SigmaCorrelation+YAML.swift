internal import MeshModel
internal import YAMLNodes
internal import Yams

extension RuleReader {
  /// Reads one document into a correlation, collecting every mistake with its place.
  mutating func correlation(_ node: Node) -> SigmaCorrelation? {
    for key in ["detection", "logsource"] where node[key] != nil {
      yaml.fail(
        "a correlation has no '\(key)': rules are documents of their own", at: node[key] ?? node)
    }
    for key in ["type", "rules", "group-by", "timespan", "aliases"] {
      guard let misplaced = node[key] else { continue }
      yaml.fail("'\(key)' belongs into 'correlation', further in than here", at: misplaced)
    }
    guard let body = node["correlation"] else { return nil }
    let title = shortText(node["title"], "title")
    if node["title"] == nil { yaml.fail("a correlation needs 'title'", at: node) }
    let parts = yaml.fields(
      of: body, "correlation", required: ["type", "rules", "timespan"],
      optional: ["group-by", "condition", "aliases", "generate"])
    let type = yaml.correlationType(parts["type"])
    let rules = yaml.ruleNames(parts["rules"])
    let timespan = yaml.timespan(parts["timespan"])
    let condition = yaml.correlationCondition(
      parts["condition"], type, rules: rules.count, of: body)
    // The specification has it beside the correlation, many authors within.
    let generates = [node["generate"], parts["generate"]].map { yaml.boolean($0, "generate") }
    let id = shortText(node["id"], "id")
    let groupBy = yaml.groupFields(parts["group-by"])
    let aliases = yaml.aliases(parts["aliases"])
    guard let title, let type, let timespan, let condition else { return nil }
    return SigmaCorrelation(
      id: id ?? Self.madeID(title), name: shortText(node["name"], "name"), title: title,
      description: text(node["description"], "description"),
      author: text(node["author"], "author"), license: text(node["license"], "license"),
      references: texts(node["references"], "references"), tags: texts(node["tags"], "tags"),
      falsePositives: texts(node["falsepositives"], "falsepositives"),
      level: yaml.choice(node["level"], "level", SigmaLevel.self),
      status: yaml.choice(node["status"], "status", SigmaStatus.self), type: type, rules: rules,
      groupBy: groupBy, timespanSeconds: timespan, condition: condition.tests,
      field: condition.field, percentile: condition.percentile, aliases: aliases,
      generatesRules: generates.contains(true), place: place(node))
  }
}

extension YAMLReader {
  func word(_ node: Node) -> SigmaCorrelation.Word? {
    guard let text = node.scalar?.string, !text.isEmpty else { return nil }
    return SigmaCorrelation.Word(
      text: text,
      place: Place(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0))
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
