internal import YAMLNodes
internal import Yams

extension RuleReader {
  mutating func detection(_ node: Node) -> SigmaDetection? {
    guard case .mapping(let fields) = node else {
      yaml.fail("detection must be a mapping", at: node)
      return nil
    }
    var searches: [SigmaDetection.Search] = []
    var conditionNode: Node?
    for (key, value) in fields {
      guard let name = key.scalar?.string else {
        yaml.fail("the name of a search must be a plain text", at: key)
        continue
      }
      switch name {
      case "condition": conditionNode = value
      case "timeframe":
        yaml.fail(
          "'timeframe' is no part of a detection any more: write a correlation rule", at: key)
      default:
        if ConditionParser.reserved.contains(name) {
          yaml.fail("a search must not be called '\(name)': conditions use that word", at: key)
        }
        guard let content = content(value, depth: 1) else { continue }
        searches.append(SigmaDetection.Search(name: name, content: content, place: place(key)))
      }
    }
    guard let conditionNode else {
      yaml.fail("detection needs 'condition'", at: node)
      return nil
    }
    let names = Array(fields.keys).compactMap { $0.scalar?.string }
      .filter { $0 != "condition" && $0 != "timeframe" }
    let conditions = self.conditions(conditionNode, names)
    return SigmaDetection(searches: searches, conditions: conditions)
  }

  private mutating func conditions(_ node: Node, _ names: [String]) -> [SigmaDetection.Condition] {
    var nodes = [node]
    if case .sequence(let sequence) = node {
      nodes = Array(sequence)
      if nodes.isEmpty { yaml.fail("condition must not be empty", at: node) }
    }
    return nodes.compactMap { node -> SigmaDetection.Condition? in
      guard let text = yaml.text(node, "condition") else { return nil }
      do throws(ConditionParser.Mistake) {
        let expression = try ConditionParser.parse(text)
        check(expression, names, at: node)
        return SigmaDetection.Condition(expression: expression, place: place(node))
      } catch {
        yaml.fail(error.message, at: node)
        return nil
      }
    }
  }

  /// Whether each search that a condition speaks of exists.
  private mutating func check(
    _ expression: ConditionExpression, _ names: [String], at node: Node
  ) {
    switch expression {
    case .search(let name):
      if !names.contains(name) {
        yaml.fail(
          "no search is called '\(name)'; there are \(names.sorted().joined(separator: ", "))",
          at: node)
      }
    case .not(let inner): check(inner, names, at: node)
    case .and(let operands), .or(let operands):
      for operand in operands { check(operand, names, at: node) }
    case .all(let set), .one(let set):
      if !names.contains(where: set.contain) {
        yaml.fail(
          "no search is meant by '\(set.text)'; there are"
            + " \(names.sorted().joined(separator: ", "))", at: node)
      }
    }
  }

  /// A mapping asks for all of its keys, a list for any of its entries; a text stands for a keyword.
  private mutating func content(_ node: Node, depth: Int) -> SigmaDetection.Content? {
    guard depth <= SigmaLimits.depth else {
      yaml.fail("searches nested more than \(SigmaLimits.depth) deep", at: node)
      return nil
    }
    switch node {
    case .mapping(let mapping):
      guard !mapping.isEmpty else {
        yaml.fail("a search that is empty matches nothing: remove it", at: node)
        return nil
      }
      let tests = mapping.compactMap { key, value in test(key, value) }
      return tests.count == mapping.count ? .all(tests.map { .test($0) }) : nil
    case .sequence(let sequence):
      guard !sequence.isEmpty else {
        yaml.fail("a search that is empty matches nothing: remove it", at: node)
        return nil
      }
      if sequence.allSatisfy({ $0.scalar != nil }) { return keywords(node) }
      let entries = sequence.compactMap { content($0, depth: depth + 1) }
      return entries.count == sequence.count ? .any(entries) : nil
    case .scalar, .alias: return keywords(node)
    }
  }

  private mutating func keywords(_ node: Node) -> SigmaDetection.Content? {
    guard let values = values(node) else { return nil }
    return .test(
      SigmaDetection.Test(field: .keywords, modifiers: [], values: values, place: place(node)))
  }

  private mutating func test(_ key: Node, _ value: Node) -> SigmaDetection.Test? {
    guard let text = key.scalar?.string else {
      yaml.fail("a field must be a plain text", at: key)
      return nil
    }
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let name = parts[0]
    let field = name.isEmpty ? RequestField.keywords : FieldMap.field(named: name)
    if field == nil {
      let known = FieldMap.known.joined(separator: ", ")
      yaml.fail("requests have no field '\(name)'; known are \(known)", at: key)
    }
    let modifiers = parts.dropFirst().compactMap { modifier($0, at: key) }
    if Set(modifiers).count < modifiers.count {
      yaml.fail("the same modifier twice: each may be given once", at: key)
      return nil
    }
    guard let values = values(value), let field, modifiers.count == parts.count - 1 else {
      return nil
    }
    return SigmaDetection.Test(
      field: field, modifiers: modifiers, values: values, place: place(key))
  }

  private mutating func modifier(_ name: String, at key: Node) -> Modifier? {
    if let modifier = Modifier(rawValue: name) { return modifier }
    if let reason = Modifier.refused[name] {
      yaml.fail("the modifier '\(name)' is not supported: \(reason)", at: key)
    } else {
      let known = Modifier.allCases.map(\.rawValue).sorted().joined(separator: ", ")
      yaml.fail("unknown modifier '\(name)'; known are \(known)", at: key)
    }
    return nil
  }
}
