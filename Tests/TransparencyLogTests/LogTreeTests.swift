internal import Testing
internal import TransparencyLog

struct LogTreeTests {
  /// The eight leaves of Certificate Transparency's own tests, and the roots known for them.
  private static let leaves: [[UInt8]] = [
    [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
    Array(0x50...0x57), Array(0x60...0x6F),
  ]
  private static let roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]

  private static func tree(_ count: Int) -> LogTree {
    LogTree(leaves: (0..<count).map { LogHash(leaf: Array("leaf \($0)".utf8)) })
  }

  private static func leaf(_ index: Int) -> LogHash { LogHash(leaf: Array("leaf \(index)".utf8)) }

  @Test("the frontier and the tree give the roots known for the eight well-known leaves")
  func knownRoots() {
    let tree = LogTree(leaves: Self.leaves.map { LogHash(leaf: $0) })
    var frontier = LogFrontier()
    for size in 0...8 {
      #expect(frontier.root.hexadecimal == Self.roots[size])
      #expect(tree.root(at: size)?.hexadecimal == Self.roots[size])
      if size < 8 { frontier.append(LogHash(leaf: Self.leaves[size])) }
    }
    #expect(frontier.size == 8)
  }

  @Test("the frontier has the tree's root at every size")
  func frontier() {
    let tree = Self.tree(130)
    var frontier = LogFrontier()
    for size in 0...130 {
      #expect(frontier.root == tree.root(at: size))
      frontier.append(Self.leaf(size))
    }
  }

  @Test("every leaf's inclusion proof leads to the root, and to no other's place or size")
  func inclusion() throws {
    let tree = Self.tree(40)
    for size in 1...40 {
      let root = try #require(tree.root(at: size))
      for index in 0..<size {
        let path = try #require(tree.inclusionProof(of: index, at: size))
        for (otherIndex, otherSize) in [(index, size), (index + 1, size), (index, size + 1)] {
          let found = ProofCheck.root(
            leaf: Self.leaf(index), index: UInt64(otherIndex), size: UInt64(otherSize), path: path)
          // A larger tree may have the same shape on the way to this leaf.
          if otherIndex == index, otherSize != size { continue }
          #expect((found == root) == (otherIndex == index))
        }
        for position in path.indices {
          var wrong = path
          wrong[position] = Self.leaf(999)
          #expect(
            ProofCheck.root(
              leaf: Self.leaf(index), index: UInt64(index), size: UInt64(size), path: wrong) != root
          )
        }
        let long = path + [Self.leaf(0)]
        #expect(
          ProofCheck.root(
            leaf: Self.leaf(index), index: UInt64(index), size: UInt64(size), path: long) == nil)
        if let short = path.isEmpty ? nil : path.dropLast() {
          #expect(
            ProofCheck.root(
              leaf: Self.leaf(index), index: UInt64(index), size: UInt64(size), path: Array(short))
              == nil)
        }
      }
    }
    #expect(tree.inclusionProof(of: 40, at: 40) == nil)
    #expect(tree.inclusionProof(of: 0, at: 41) == nil)
    #expect(tree.inclusionProof(of: -1, at: 4) == nil)
    #expect(ProofCheck.root(leaf: Self.leaf(0), index: 0, size: 0, path: []) == nil)
  }

  @Test("consistency proofs hold between all sizes, and for no altered root or path")
  func consistency() throws {
    let tree = Self.tree(40)
    for newer in 1...40 {
      for older in 1...newer {
        let path = try #require(tree.consistencyProof(from: older, to: newer))
        let (from, to) = (try #require(tree.root(at: older)), try #require(tree.root(at: newer)))
        let isConsistent = { (from: LogHash, to: LogHash, path: [LogHash]) in
          ProofCheck.isConsistent(
            older: (UInt64(older), from), newer: (UInt64(newer), to), path: path)
        }
        #expect(isConsistent(from, to, path))
        #expect(!isConsistent(Self.leaf(998), to, path))
        #expect(!isConsistent(from, Self.leaf(99), path))
        #expect(!isConsistent(from, to, path + [Self.leaf(0)]))
        for position in path.indices {
          var wrong = path
          wrong[position] = Self.leaf(999)
          #expect(!isConsistent(from, to, wrong))
          wrong.remove(at: position)
          #expect(!isConsistent(from, to, wrong))
        }
      }
    }
    #expect(tree.consistencyProof(from: 0, to: 4) == nil)
    #expect(tree.consistencyProof(from: 5, to: 4) == nil)
    #expect(tree.consistencyProof(from: 4, to: 41) == nil)
    #expect(
      !ProofCheck.isConsistent(older: (0, .empty), newer: (4, Self.leaf(0)), path: []))
  }
}
