/// Parses a condition; from the least to the most binding: `or`, `and`, `not`, `1 of` and `all of`,
/// parentheses.
struct ConditionParser {
  private var words: [Substring]
  private var position = 0
  private var depth = 0

  struct Mistake: Error, Hashable {
    var message: String
  }

  /// Words that mean something in a condition, and so cannot name a search.
  static let reserved: Set<String> = ["and", "or", "not", "of", "them", "all", "any", "1"]

  static func parse(_ text: String) throws(Mistake) -> ConditionExpression {
    guard text.utf8.count <= SigmaLimits.conditionBytes else {
      throw Mistake(message: "a condition of more than \(SigmaLimits.conditionBytes) bytes")
    }
    if text.contains("|") {
      throw Mistake(
        message: "aggregations after '|' are no part of Sigma any more: write a correlation rule")
    }
    var parser = ConditionParser(words: split(text))
    let expression = try parser.or()
    if let word = parser.next {
      throw Mistake(message: "'\(word)' is not expected here: put 'and' or 'or' before it")
    }
    return expression
  }

  private init(words: [Substring]) {
    self.words = words
  }

  /// Parentheses are words of their own.
  private static func split(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var start: String.Index?
    for index in text.indices {
      let character = text[index]
      if character.isWhitespace || character == "(" || character == ")" {
        if let first = start { words.append(text[first..<index]) }
        start = nil
        if !character.isWhitespace { words.append(text[index...index]) }
      } else if start == nil {
        start = index
      }
    }
    if let start { words.append(text[start...]) }
    return words
  }

  private var next: Substring? { position < words.count ? words[position] : nil }

  private mutating func take(_ word: String) -> Bool {
    guard next == word[...] else { return false }
    position += 1
    return true
  }

  private mutating func or() throws(Mistake) -> ConditionExpression {
    var operands = [try and()]
    while take("or") { operands.append(try and()) }
    return operands.count == 1 ? operands[0] : .or(operands)
  }

  private mutating func and() throws(Mistake) -> ConditionExpression {
    var operands = [try not()]
    while take("and") { operands.append(try not()) }
    return operands.count == 1 ? operands[0] : .and(operands)
  }

  private mutating func not() throws(Mistake) -> ConditionExpression {
    guard take("not") else { return try operand() }
    return .not(try nested { (parser) throws(Mistake) in try parser.not() })
  }

  private mutating func operand() throws(Mistake) -> ConditionExpression {
    guard let word = next else {
      throw Mistake(message: "the condition ends where the name of a search is expected")
    }
    position += 1
    if word == "(" {
      let inner = try nested { (parser) throws(Mistake) in try parser.or() }
      guard take(")") else { throw Mistake(message: "a '(' without its ')'") }
      return inner
    }
    if next == "of" {
      position += 1
      return try quantified(word)
    }
    if word == ")" || Self.reserved.contains(String(word)) {
      throw Mistake(message: "the name of a search is expected, not '\(word)'")
    }
    return .search(String(word))
  }

  private mutating func quantified(_ count: Substring) throws(Mistake) -> ConditionExpression {
    guard let word = next, word != "(", word != ")" else {
      throw Mistake(message: "after '\(count) of' the name of searches, or 'them', is expected")
    }
    position += 1
    let names =
      word == "them"
      ? ConditionExpression.SearchNames.them
      : ConditionExpression.SearchNames.pattern(String(word))
    switch count {
    case "1", "any": return .one(names)
    case "all": return .all(names)
    default: throw Mistake(message: "'\(count) of' is not known; known are '1 of' and 'all of'")
    }
  }

  private mutating func nested(
    _ parse: (inout ConditionParser) throws(Mistake) -> ConditionExpression
  ) throws(Mistake) -> ConditionExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= SigmaLimits.depth else {
      throw Mistake(message: "a condition nested more than \(SigmaLimits.depth) deep")
    }
    return try parse(&self)
  }
}
