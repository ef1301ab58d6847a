/// What proofs amount to, for whoever has no tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2).
package enum ProofCheck {
  /// The root that the path leads to from the leaf; nil when no tree of that size has such a path.
  package static func root(
    leaf: LogHash, index: UInt64, size: UInt64, path: [LogHash]
  ) -> LogHash? {
    guard index < size else { return nil }
    var (node, last) = (index, size - 1)
    var root = leaf
    for hash in path {
      guard last > 0 else { return nil }
      if node & 1 == 1 || node == last {
        root = LogHash(node: hash, root)
        while node & 1 == 0, node > 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        root = LogHash(node: root, hash)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 ? root : nil
  }

  /// Whether the path shows that the older tree is the beginning of the newer one.
  package static func isConsistent(
    older: (size: UInt64, root: LogHash), newer: (size: UInt64, root: LogHash), path: [LogHash]
  ) -> Bool {
    guard older.size > 0, older.size <= newer.size else { return false }
    if older.size == newer.size { return path.isEmpty && older.root == newer.root }
    var path = path[...]
    // A complete older tree is a node of the newer one, and known already.
    if older.size & (older.size - 1) == 0 { path = [older.root] + path }
    guard let first = path.popFirst() else { return false }
    var (node, last) = (older.size - 1, newer.size - 1)
    while node & 1 == 1 { (node, last) = (node >> 1, last >> 1) }
    var (olderRoot, newerRoot) = (first, first)
    for hash in path {
      guard last > 0 else { return false }
      if node & 1 == 1 || node == last {
        olderRoot = LogHash(node: hash, olderRoot)
        newerRoot = LogHash(node: hash, newerRoot)
        while node & 1 == 0, node > 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        newerRoot = LogHash(node: newerRoot, hash)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && olderRoot == older.root && newerRoot == newer.root
  }
}
