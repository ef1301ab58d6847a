/// How large a JSON text may be, so that none takes more memory or stack than was meant for it.
package struct JSONBounds: Hashable, Sendable {
  /// Of the whole text.
  package let bytes: Int
  /// Arrays and objects within one another. Each takes a stack frame, hence never above 64.
  package let depth: Int
  /// Values and names: each takes some 50 bytes beside its text.
  package let nodes: Int

  package init(bytes: Int, depth: Int, nodes: Int) {
    self.bytes = bytes
    self.depth = min(depth, Self.deepest)
    self.nodes = nodes
  }

  private static let deepest = 64
  /// Digits, point and exponent of one number: a 64-bit integer has 20, a double 25.
  static let numberBytes = 64
}
