internal import CRE2
internal import Sigma

/// Expressions that are looked for in one field, each by itself, with RE2: its time is linear in the
/// text, too, and it needs nothing behind the text.
///
/// Vectorscan 5.4.9 overlooks what lies in the last bytes of a text, for some sets of up to eight
/// expressions. Behind the texts of a whole request is room for a margin; a field has none, since its
/// end is what `$` asks for.
struct RE2Expressions: PatternDatabase {
  private let expressions: [RE2Expression]

  init(_ expressions: [RegexPattern]) throws(PatternError) {
    var compiled: [RE2Expression] = []
    for (number, expression) in expressions.enumerated() {
      compiled.append(try RE2Expression(expression, number: number))
    }
    self.expressions = compiled
  }

  func scanner() -> any ExpressionScanner {
    RE2Scanner(expressions: expressions)
  }
}

private final class RE2Scanner: ExpressionScanner {
  private let expressions: [RE2Expression]

  init(expressions: [RE2Expression]) {
    self.expressions = expressions
  }

  func scan(_ text: borrowing RawSpan, into found: inout ExpressionHits) -> Bool {
    for (number, expression) in expressions.enumerated() where expression.matches(text) {
      found.insert(number)
    }
    return true
  }
}
