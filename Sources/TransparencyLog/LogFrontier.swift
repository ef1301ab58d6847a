/// The right edge of a growing tree: all that is needed to append a leaf and to know the root.
///
/// It holds the roots of the complete subtrees that the size's binary digits name, the largest first, so
/// both operations take O(log n).
package struct LogFrontier: Hashable, Sendable {
  package private(set) var size: UInt64 = 0
  private var peaks: [LogHash] = []

  package init() {}

  package mutating func append(_ leaf: LogHash) {
    var node = leaf
    var rest = size
    while rest & 1 == 1, let left = peaks.popLast() {
      node = LogHash(node: left, node)
      rest >>= 1
    }
    peaks.append(node)
    size &+= 1
  }

  package var root: LogHash {
    guard var root = peaks.last else { return .empty }
    for peak in peaks.dropLast().reversed() { root = LogHash(node: peak, root) }
    return root
  }
}
