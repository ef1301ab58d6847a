package import MeshModel

/// What correlations need to know of a request that matched rules.
package struct CorrelationEvent: Hashable, Sendable {
  package var time: Timestamp
  /// Numbers of the rules that matched, of those that correlations name.
  package var rules: [Int]
  package var caller: MeshName
  /// For each of `CorrelationPlan.fields`; nil where the request does not have it.
  package var values: [Value?]
  /// The request in a line.
  package var text: String

  package struct Value: Hashable, Sendable {
    package var key: UInt64
    package var number: UInt32?
    package var text: String
  }
}
