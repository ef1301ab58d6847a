/// One test of one field that rules of a set share, and how its answer is found.
struct RulePredicate: Hashable, Sendable {
  let field: RequestField
  let operation: RuleItem.Operation
  let way: Way

  enum Way: Hashable, Sendable {
    /// Holds when one of its literals is found where it belongs.
    case literals
    /// Can hold only when one of its literals is found; is then evaluated.
    case confirmed
    /// Is evaluated when asked for.
    case direct
    /// Holds when one of its expressions is found.
    case expressions
  }

  /// What of `item` can be found in the same way: the item holds when any of them does.
  static func parts(of item: RuleItem) -> [RulePredicate] {
    guard case .text(let patterns) = item.operation else {
      return [RulePredicate(field: item.field, operation: item.operation, way: .direct)]
    }
    let ways: [Way] = [.literals, .confirmed, .direct, .expressions]
    return ways.compactMap { way in
      let found = patterns.filter { $0.way(in: item.field) == way }
      guard !found.isEmpty else { return nil }
      return RulePredicate(field: item.field, operation: .text(found), way: way)
    }
  }

  /// The literals it can hold with, where they count.
  func uses(_ number: Int) -> [(literal: LiteralPattern, use: LiteralIndex.Use)] {
    guard way == .literals || way == .confirmed, case .text(let patterns) = operation
    else { return [] }
    return patterns.flatMap { pattern in
      let key = pattern.key
      return field.places.map { place in
        (
          key.literal,
          LiteralIndex.Use(
            predicate: Int32(number), byteCount: Int32(key.literal.bytes.count), field: place,
            isAtStart: key.isAtStart, isAtEnd: key.isAtEnd)
        )
      }
    }
  }

  var expressions: [RegexPattern] {
    guard case .text(let patterns) = operation else { return [] }
    return patterns.compactMap { if case .regex(let expression) = $0 { expression } else { nil } }
  }

  /// What asking for it costs, in no unit.
  var cost: Int {
    switch way {
    case .literals: 0
    case .direct: field == .method || field.isNumber ? 1 : 2
    case .confirmed: 3
    case .expressions: 4
    }
  }

  /// How often a literal of it turns up where it means nothing, as a guess that only compares; nil
  /// when it may hold without one.
  var chance: Double? {
    guard way == .literals || way == .confirmed, case .text(let patterns) = operation
    else { return nil }
    return patterns.reduce(0) { sum, pattern in
      let key = pattern.key
      let bytes = key.literal.bytes.count + (key.isAtStart || key.isAtEnd ? 2 : 0)
      return sum + 1 / Double(1 << min(bytes, 40))
    }
  }
}

extension RequestField {
  /// The fields whose texts a pattern for this one may fit.
  var places: [RequestField] { [self] + (alternative.map { [$0] } ?? []) }
}

extension TextPattern {
  /// The literal to look for, and whether it begins and ends the field.
  fileprivate struct Key {
    let literal: LiteralPattern
    let isAtStart: Bool
    let isAtEnd: Bool
  }

  /// Fewer bytes turn up everywhere, and slow the search for all others down.
  private static let fewestBytes = 2

  fileprivate func way(in field: RequestField) -> RulePredicate.Way {
    guard case .wildcard(let pattern) = self else { return .expressions }
    // A method is in every request: to look for one finds nothing out.
    guard field != .method, !field.isNumber, key.literal.bytes.count >= Self.fewestBytes
    else { return .direct }
    let others = pattern.pieces.filter { if case .literal = $0 { false } else { $0 != .anyText } }
    return others.isEmpty && pattern.pieces.count { $0 != .anyText } == 1 ? .literals : .confirmed
  }

  /// Its longest literal; an empty one where it has none.
  fileprivate var key: Key {
    guard case .wildcard(let pattern) = self else { return Self.noKey }
    var best = Self.noKey
    for (position, piece) in pattern.pieces.enumerated() {
      if case .literal(let bytes) = piece, bytes.count > best.literal.bytes.count {
        best = Key(
          literal: LiteralPattern(bytes, isCased: pattern.isCased), isAtStart: position == 0,
          isAtEnd: position == pattern.pieces.count - 1)
      }
    }
    return best
  }

  private static let noKey = Key(
    literal: LiteralPattern([], isCased: false), isAtStart: false, isAtEnd: false)
}
