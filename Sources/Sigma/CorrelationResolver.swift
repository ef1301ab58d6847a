internal import YAMLNodes

/// Finds what correlations name, and puts them into an order in which each comes after those it
/// counts.
struct CorrelationResolver {
  private(set) var mistakes: [Diagnostic] = []
  private(set) var fields: [CorrelationField] = []
  /// Rules that some correlation wants reported on their own.
  private(set) var generatedRules: Set<Int> = []

  private let correlations: [SigmaCorrelation]
  private let rules: [SigmaRule]
  /// What each name and id stands for.
  private var named: [String: [Target]] = [:]
  /// For each correlation what its rules are; nil where a name was not found.
  private var targets: [[Target?]] = []

  /// A rule or a correlation, by its position in what was given.
  enum Target: Hashable {
    case rule(Int)
    case correlation(Int)
  }

  init(_ correlations: [SigmaCorrelation], _ rules: [SigmaRule]) {
    self.correlations = correlations
    self.rules = rules
    for (position, rule) in rules.enumerated() {
      for name in Set([rule.id, rule.name].compactMap(\.self)) {
        named[name, default: []].append(.rule(position))
      }
    }
    for (position, correlation) in correlations.enumerated() {
      for name in Set([correlation.id, correlation.name].compactMap(\.self)) {
        named[name, default: []].append(.correlation(position))
      }
    }
  }

  /// The result counts only while there are no `mistakes`.
  mutating func compile() -> [CompiledCorrelation] {
    if let first = correlations.first, correlations.count > CorrelationBounds.correlations {
      mistakes.append(
        first.place.mistake(
          "\(correlations.count) correlations: there can be \(CorrelationBounds.correlations)"))
      return []
    }
    targets = correlations.map { correlation in correlation.rules.map { find($0) } }
    let order = ordered()
    guard mistakes.isEmpty else { return [] }
    var positions: [Int: Int] = [:]
    for (position, index) in order.enumerated() { positions[index] = position }
    return order.map { compiled($0, positions) }
  }

  private mutating func find(_ word: SigmaCorrelation.Word) -> Target? {
    let found = named[word.text] ?? []
    switch found.count {
    case 1: return found[0]
    case 0:
      mistakes.append(
        word.place.mistake(
          "no rule or correlation has the name or id '\(word.text)'; a rule is named by 'name:'"))
    default:
      mistakes.append(
        word.place.mistake("'\(word.text)' names \(found.count) rules: use an id that is unique"))
    }
    return nil
  }

  // MARK: - Order

  private enum Mark { case open, done(depth: Int) }

  /// Children first; cycles and towers are mistakes.
  private mutating func ordered() -> [Int] {
    var marks: [Int: Mark] = [:]
    var order: [Int] = []
    for index in correlations.indices { _ = visit(index, &marks, &order) }
    return order
  }

  /// How many correlations stand on top of each other up to this one.
  private mutating func visit(
    _ index: Int, _ marks: inout [Int: Mark], _ order: inout [Int]
  ) -> Int {
    if case .done(let depth) = marks[index] { return depth }
    marks[index] = .open
    var depth = 1
    for (slot, target) in targets[index].enumerated() {
      guard case .correlation(let child) = target else { continue }
      let word = correlations[index].rules[slot]
      if case .open = marks[child] {
        mistakes.append(
          word.place.mistake("'\(word.text)' counts this correlation itself: a circle"))
        continue
      }
      depth = max(depth, 1 + visit(child, &marks, &order))
      if depth == CorrelationBounds.depth + 1 {
        mistakes.append(
          word.place.mistake(
            "more than \(CorrelationBounds.depth) correlations on top of each other"))
      }
    }
    marks[index] = .done(depth: depth)
    order.append(index)
    return depth
  }

  // MARK: - Fields

  private mutating func compiled(
    _ index: Int, _ positions: [Int: Int]
  ) -> CompiledCorrelation {
    let correlation = correlations[index]
    checkAliases(index)
    var slots: [CompiledCorrelation.Slot] = []
    for (word, target) in zip(correlation.rules, targets[index]) {
      guard let target else { continue }
      let group = correlation.groupBy.compactMap { field($0, of: word, target, correlation) }
      let value = correlation.field.flatMap { field($0, of: word, target, correlation) }
      if let value, let name = correlation.field, correlation.type.readsNumber,
        !fields[value].isNumber
      {
        mistakes.append(
          name.place.mistake(
            "\(correlation.type.rawValue) needs a number, and '\(name.text)' is a text; numbers"
              + " are cs-bytes, sc-bytes and sc-status"))
      }
      let source: CompiledCorrelation.Source
      let title: String
      switch target {
      case .rule(let number):
        (source, title) = (.rule(number), rules[number].title)
        if correlation.generatesRules { generatedRules.insert(number) }
      case .correlation(let child):
        (source, title) = (.correlation(positions[child] ?? 0), correlations[child].title)
      }
      slots.append(.init(source: source, title: title, group: group, value: value))
    }
    let users = correlations.indices.filter { targets[$0].contains(.correlation(index)) }
    return CompiledCorrelation(
      correlation: correlation,
      window: CorrelationWindow(
        correlation.type, span: correlation.timespanSeconds * 1_000_000, correlation.condition,
        rules: correlation.rules.count, percent: correlation.percentile ?? 0,
        feedsOthers: !users.isEmpty),
      slots: slots,
      isReported: users.isEmpty || users.contains { correlations[$0].generatesRules })
  }

  private mutating func checkAliases(_ index: Int) {
    let correlation = correlations[index]
    for alias in correlation.aliases {
      if CorrelationField.mesh.contains(alias.name.text) {
        mistakes.append(
          alias.name.place.mistake(
            "'\(alias.name.text)' is a word of the mesh: give the alias another name"))
      }
      for source in alias.fields {
        let target = named[source.rule.text]?.first
        let isMember = zip(correlation.rules, targets[index]).contains {
          $0.text == source.rule.text || target != nil && $1 == target
        }
        if !isMember {
          mistakes.append(
            source.rule.place.mistake(
              "'\(source.rule.text)' is not among the rules of this correlation"))
        }
      }
    }
  }

  /// The position in `fields` of what `word` means in events of one rule.
  private mutating func field(
    _ word: SigmaCorrelation.Word, of rule: SigmaCorrelation.Word, _ target: Target,
    _ correlation: SigmaCorrelation
  ) -> Int? {
    var meant = word
    if let alias = correlation.aliases.first(where: { $0.name.text == word.text }) {
      let source = alias.fields.first {
        $0.rule.text == rule.text || named[$0.rule.text] == [target]
      }
      guard let source else {
        mistakes.append(
          alias.name.place.mistake(
            "alias '\(word.text)' does not say what it is in events of '\(rule.text)'"))
        return nil
      }
      meant = source.field
    }
    guard let field = CorrelationField(named: meant.text) else {
      let mistake = meant.place.mistake(
        "unknown field '\(meant.text)'; known are \(CorrelationField.known.joined(separator: ", "))"
      )
      if !mistakes.contains(mistake) { mistakes.append(mistake) }
      return nil
    }
    if let known = fields.firstIndex(of: field) { return known }
    fields.append(field)
    return fields.count - 1
  }
}
