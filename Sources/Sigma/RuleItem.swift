package import MeshModel

/// One predicate on one field of a request.
///
/// A field that was not logged, or is empty, fails every operation but `exists(false)` and the empty
/// pattern.
package struct RuleItem: Hashable, Sendable {
  package var field: RequestField
  package var operation: Operation
  /// Of the key that asked for it.
  package var place: Place

  package enum Operation: Hashable, Sendable {
    /// Any of them fits.
    case text([TextPattern])
    case number(Comparison, Double)
    /// The address lies in any of them.
    case network([IPPrefix])
    case exists(Bool)
    /// Compares with another field of the same request.
    case field(RequestField, Position, isCased: Bool)
  }

  package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case less = "lt"
    case lessOrEqual = "lte"
    case greater = "gt"
    case greaterOrEqual = "gte"
    case equal
  }

  /// Where in a field the other one's text has to be.
  package enum Position: String, Hashable, Sendable, CaseIterable {
    case whole
    case start = "startswith"
    case end = "endswith"
    case anywhere = "contains"
  }
}
