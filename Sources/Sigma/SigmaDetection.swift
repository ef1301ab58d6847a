/// What a rule looks for: named searches, and the conditions that combine them.
package struct SigmaDetection: Hashable, Sendable {
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
    package var field: RequestField
    package var modifiers: [Modifier]
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

  package struct Condition: Hashable, Sendable {
    package var expression: ConditionExpression
    package var place: Place
  }
}
