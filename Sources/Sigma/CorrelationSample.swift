package import MeshModel

/// One event in an explanation.
package struct CorrelationSample: Hashable, Sendable {
  package var time: Timestamp
  /// Which of the correlation's rules it matched.
  package var slot: Int
  /// The request in a line.
  package var text: String
}
