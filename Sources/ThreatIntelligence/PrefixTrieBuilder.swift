/// Lays out a `PrefixTrie`.
///
/// A node gets as many branches as at least half of which lead somewhere of their own: so there are
/// at most four nodes a block, and the more blocks the fewer steps.
struct PrefixTrieBuilder<Bits: FixedWidthInteger & UnsignedInteger & Sendable> {
  /// A block and the first of the records that have it.
  struct Block {
    var bits: Bits
    var length: Int
    var record: UInt32
  }

  private var bits: [Bits] = []
  private var links: [PrefixTrie<Bits>.Link] = []
  private var nodes: [PrefixTrie<Bits>.Node] = []
  /// The blocks that hold no other, in order.
  private var leaves: [Int] = []

  /// `blocks` in order of bits, then of lengths, and none of them twice.
  static func trie(of blocks: [Block]) -> PrefixTrie<Bits> {
    var builder = PrefixTrieBuilder()
    builder.link(blocks)
    if !builder.leaves.isEmpty {
      builder.nodes.append(.none)
      builder.build()
    }
    return PrefixTrie(bits: builder.bits, links: builder.links, nodes: builder.nodes)
  }

  private mutating func link(_ blocks: [Block]) {
    bits.reserveCapacity(blocks.count)
    links.reserveCapacity(blocks.count)
    var around: [Int] = []
    for (position, block) in blocks.enumerated() {
      while let outer = around.last, !holds(blocks[outer], block) { around.removeLast() }
      bits.append(block.bits)
      links.append(.init(record: block.record, parent: around.last, length: block.length))
      around.append(position)
      let next = position + 1
      if next == blocks.count || !holds(block, blocks[next]) { leaves.append(position) }
    }
  }

  private func holds(_ outer: Block, _ inner: Block) -> Bool {
    outer.length <= inner.length
      && (outer.length == 0 || (outer.bits ^ inner.bits) >> Bits(Bits.bitWidth - outer.length) == 0)
  }

  /// A node that is yet to be laid out: its leaves, and how many of their bits are behind it.
  private struct Pending {
    var node: Int
    var leaves: Range<Int>
    var position: Int
  }

  private mutating func build() {
    var pending = [Pending(node: 0, leaves: 0..<leaves.count, position: 0)]
    while let next = pending.popLast() {
      guard next.leaves.count > 1 else {
        nodes[next.node] = .init(
          address: UInt32(leaves[next.leaves.lowerBound]), branch: 0, skip: 0)
        continue
      }
      // Leaves hold none another, so the first and the last differ within their lengths.
      let first = leafBits(next.leaves.lowerBound)
      let position = (first ^ leafBits(next.leaves.upperBound - 1)).leadingZeroBitCount
      let branch = branches(next.leaves, at: position)
      nodes[next.node] = .init(
        address: UInt32(nodes.count), branch: UInt8(branch), skip: UInt8(position - next.position))
      place(next.leaves, at: position, branch: branch, &pending)
    }
  }

  private func leafBits(_ leaf: Int) -> Bits { bits[leaves[leaf]] }

  private func choice(_ leaf: Int, at position: Int, branch: Int) -> Int {
    Int(truncatingIfNeeded: (leafBits(leaf) << Bits(position)) >> Bits(Bits.bitWidth - branch))
  }

  private func branches(_ range: Range<Int>, at position: Int) -> Int {
    var branch = 1
    while branch < 24, position + branch < Bits.bitWidth, range.count >= 1 << branch {
      var distinct = 1
      var last = choice(range.lowerBound, at: position, branch: branch + 1)
      for leaf in range.dropFirst() {
        let next = choice(leaf, at: position, branch: branch + 1)
        if next != last { distinct += 1 }
        last = next
      }
      guard distinct * 2 >= 1 << (branch + 1) else { break }
      branch += 1
    }
    return branch
  }

  private mutating func place(
    _ range: Range<Int>, at position: Int, branch: Int, _ pending: inout [Pending]
  ) {
    let base = nodes.count
    nodes.append(contentsOf: repeatElement(.none, count: 1 << branch))
    var start = range.lowerBound
    for slot in 0..<(1 << branch) {
      var end = start
      while end < range.upperBound, choice(end, at: position, branch: branch) == slot { end += 1 }
      if end > start {
        pending.append(
          Pending(node: base + slot, leaves: start..<end, position: position + branch))
      } else {
        // Nothing of its own: whatever holds an address of this slot holds the leaf before or the
        // leaf behind, and most surely the one that shares more bits with the slot.
        let leaf = neighbour(of: slot, before: start, in: range, at: position, branch: branch)
        nodes[base + slot] = .init(address: UInt32(leaves[leaf]), branch: 0, skip: 0)
      }
      start = end
    }
  }

  private func neighbour(
    of slot: Int, before next: Int, in range: Range<Int>, at position: Int, branch: Int
  ) -> Int {
    guard next > range.lowerBound else { return next }
    guard next < range.upperBound else { return next - 1 }
    let before = choice(next - 1, at: position, branch: branch) ^ slot
    let behind = choice(next, at: position, branch: branch) ^ slot
    return before.leadingZeroBitCount >= behind.leadingZeroBitCount ? next - 1 : next
  }
}
