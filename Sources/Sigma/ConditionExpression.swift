/// A condition as it was written.
package indirect enum ConditionExpression: Hashable, Sendable {
  case search(String)
  case not(ConditionExpression)
  case and([ConditionExpression])
  case or([ConditionExpression])
  case all(SearchNames)
  case one(SearchNames)

  /// Which searches a quantifier is about.
  package enum SearchNames: Hashable, Sendable {
    case them
    /// With `*` for any text.
    case pattern(String)

    /// Names that begin with an underscore are meant only by a pattern that does so too.
    package func contain(_ name: String) -> Bool {
      switch self {
      case .them: !name.hasPrefix("_")
      case .pattern(let pattern):
        (pattern.hasPrefix("_") || !name.hasPrefix("_"))
          && WildcardPattern(names: pattern).matches(Array(name.utf8)[...])
      }
    }

    package var text: String {
      switch self {
      case .them: "them"
      case .pattern(let pattern): pattern
      }
    }
  }
}
