package import MeshModel

/// What became of one rule since it was loaded.
package struct RuleStatistics: Hashable, Sendable {
  package var matches: UInt64 = 0
  package var last: Timestamp?
}
