/// What a rule looks for: named searches, and the conditions that combine them.
package struct Detection: Hashable, Sendable {
  package var searches: [Search]
  /// Any of them is enough.
  package var conditions: [Condition]

  package struct Search: Hashable, Sendable {
    package var name: String
    package var content: Content
    package var place: Place
  }

  package indirect enum Content: Hashable, Sendable {
    case all([Content])
    case any([Content])
    case test(Test)
  }

  /// One key with its values.
  package struct Test: Hashable, Sendable {
    /// Nil for keywords.
    package var field: String?
    package var modifiers: [String]
    package var values: [Value]
    package var place: Place
  }

  package struct Value: Hashable, Sendable {
    package var kind: Kind
    package var place: Place

    package enum Kind: Hashable, Sendable {
      case text(String)
      /// With its text as written.
      case number(Double, String)
      case boolean(Bool)
      case null
    }
  }

  package indirect enum Condition: Hashable, Sendable {
    case search(String)
    case not(Condition)
    case and([Condition])
    case or([Condition])
    /// Every search of that name, or all of them.
    case all(SearchNames)
    case one(SearchNames)
  }

  package enum SearchNames: Hashable, Sendable {
    /// All but those whose name begins with an underscore.
    case them
    /// With `*` for any text.
    case pattern(String)
  }
}
