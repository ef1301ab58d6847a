/// A whole tree in memory, for proofs about it (RFC 6962, sections 2.1.1 and 2.1.2).
///
/// Every complete subtree's root is kept, 64 bytes a leaf in all, so a proof costs O(log² n).
package struct LogTree: Sendable {
  /// `levels[h][i]` is the root of the leaves from `i << h`, `1 << h` of them.
  private let levels: [[LogHash]]

  package init(leaves: [LogHash]) {
    var levels = [leaves]
    var level = leaves
    while level.count > 1 {
      let pairs = level.count / 2
      level = (0..<pairs).map { LogHash(node: level[2 * $0], level[2 * $0 + 1]) }
      levels.append(level)
    }
    self.levels = levels
  }

  package var size: Int { levels[0].count }

  /// The root as it was at that size; nil when the tree never had it.
  package func root(at size: Int) -> LogHash? {
    guard (0...self.size).contains(size) else { return nil }
    return size == 0 ? .empty : root(0..<size)
  }

  /// Nil when there is no such leaf at that size.
  package func inclusionProof(of index: Int, at size: Int) -> [LogHash]? {
    guard size <= self.size, (0..<max(size, 0)).contains(index) else { return nil }
    var range = 0..<size
    var path: [LogHash] = []
    while range.count > 1 {
      let middle = range.lowerBound + Self.split(range.count)
      if index < middle {
        path.append(root(middle..<range.upperBound))
        range = range.lowerBound..<middle
      } else {
        path.append(root(range.lowerBound..<middle))
        range = middle..<range.upperBound
      }
    }
    return path.reversed()
  }

  /// That the tree of size `older` is the beginning of that of size `newer`; nil when it never had them.
  package func consistencyProof(from older: Int, to newer: Int) -> [LogHash]? {
    guard older > 0, older <= newer, newer <= size else { return nil }
    var range = 0..<newer
    var path: [LogHash] = []
    // Whether the older tree's root is known to whoever checks, so that it need not be told.
    var isKnown = true
    while range.upperBound != older {
      let middle = range.lowerBound + Self.split(range.count)
      if older <= middle {
        path.append(root(middle..<range.upperBound))
        range = range.lowerBound..<middle
      } else {
        path.append(root(range.lowerBound..<middle))
        range = middle..<range.upperBound
        isKnown = false
      }
    }
    if !isKnown { path.append(root(range)) }
    return path.reversed()
  }

  /// Of leaves that are a subtree of a tree: what is left of them are complete larger ones.
  private func root(_ range: Range<Int>) -> LogHash {
    let count = range.count
    if count & (count - 1) == 0 {
      let height = count.trailingZeroBitCount
      return levels[height][range.lowerBound >> height]
    }
    let middle = range.lowerBound + Self.split(count)
    return LogHash(
      node: root(range.lowerBound..<middle), root(middle..<range.upperBound))
  }

  /// The largest power of two below a count of at least two.
  private static func split(_ count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
  }
}
