/// Makes databases that find many patterns at once, in time linear in the text whatever the text is.
///
/// This is a port; `MatchingVectorscan` implements it.
package protocol PatternCompiler: Sendable {
  /// Finds every end of every literal, and for each expression that matches at least one end.
  ///
  /// Patterns are numbered by their place in the list; literals are not empty.
  func patterns(
    _ patterns: [Pattern]
  ) throws(PatternError) -> any PatternDatabase<any PatternScanner>

  /// Finds which of the expressions match anywhere in a text.
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

/// Looks for patterns, and says where they end.
package protocol PatternScanner: AnyObject {
  /// False when the scan failed, which no text brings about.
  func scan(_ text: borrowing RawSpan, into hits: inout PatternHits) -> Bool
}

/// Looks for expressions, and says which are there.
package protocol ExpressionScanner: AnyObject {
  /// False when the scan failed, which no text brings about.
  func scan(_ text: borrowing RawSpan, into found: inout ExpressionHits) -> Bool
}
