/// Makes databases that find many patterns at once, in time linear in the text whatever the text is.
///
/// This is a port: `MatchingVectorscan` implements it, `MemoryPatterns` is its double for literals.
package protocol PatternCompiler: Sendable {
  /// Finds every end of every literal.
  ///
  /// Literals are numbered by their place in the list, are not empty and differ from each other.
  func literals(
    _ literals: [LiteralPattern]
  ) throws(PatternError) -> any PatternDatabase<any LiteralScanner>

  /// Finds which of the expressions match anywhere in a text, also in an empty one.
  func expressions(
    _ expressions: [RegexPattern]
  ) throws(PatternError) -> any PatternDatabase<any ExpressionScanner>
}

/// Patterns in the form in which they are looked for: immutable, and shared by all who scan.
package protocol PatternDatabase<Scanner>: Sendable {
  associatedtype Scanner

  /// Makes a scanner with working memory of its own, which at most one thread uses at a time.
  func scanner() throws(PatternError) -> Scanner
}

/// Looks for literals.
package protocol LiteralScanner: AnyObject {
  /// Reports each end of each literal in `text`, in the order of the ends.
  ///
  /// False when the scan failed, which no text brings about.
  func scan(_ text: borrowing RawSpan, into hits: inout LiteralHits) -> Bool
}

/// Looks for expressions.
package protocol ExpressionScanner: AnyObject {
  /// Adds the numbers of the expressions that match somewhere in `text`.
  ///
  /// False when the scan failed, which no text brings about.
  func scan(_ text: borrowing RawSpan, into found: inout ExpressionHits) -> Bool
}
