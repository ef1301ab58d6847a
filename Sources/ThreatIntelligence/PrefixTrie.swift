/// Blocks of addresses, of which those that hold an address are found in a few steps.
///
/// A level- and path-compressed trie (Nilsson and Karlsson, "IP-Address Lookup Using LC-Tries",
/// 1999) in flat arrays. Blocks that lie in others hang from them by `parent`; the trie itself leads
/// to blocks that hold no other. It skips bits without looking at them, so what it leads to is
/// compared as a whole: the blocks that hold the address are that one, or among its parents.
struct PrefixTrie<Bits: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// The first bits of each block, in order; those past its length are zero.
  private let bits: [Bits]
  private let links: [Link]
  private let nodes: [Node]

  /// What belongs to a block, in eight bytes.
  struct Link: Sendable {
    let record: UInt32
    /// The block around it, plus 1, in the upper 24 bits; its own length in the lower 8.
    private let parentAndLength: UInt32

    init(record: UInt32, parent: Int?, length: Int) {
      self.record = record
      parentAndLength =
        UInt32(truncatingIfNeeded: (parent ?? -1) + 1) << 8 | UInt32(truncatingIfNeeded: length)
    }

    var length: Int { Int(parentAndLength & 0xFF) }
    var parent: Int? {
      let position = Int(parentAndLength >> 8)
      return position == 0 ? nil : position &- 1
    }
  }

  /// A step: skip bits, then choose among 2^branch nodes by the next ones. With a branch of 0 it is
  /// the end, and the address is that of a block.
  struct Node: Sendable {
    let address: UInt32
    let branch: UInt8
    let skip: UInt8

    static var none: Node { Node(address: 0, branch: 0, skip: 0) }
  }

  /// Takes what `PrefixTrieBuilder` made.
  init(bits: [Bits], links: [Link], nodes: [Node]) {
    self.bits = bits
    self.links = links
    self.nodes = nodes
  }

  var bytes: Int {
    bits.count * MemoryLayout<Bits>.stride + links.count * MemoryLayout<Link>.stride
      + nodes.count * MemoryLayout<Node>.stride
  }

  /// Calls `body` with the record of each block that holds all addresses with these first `length`
  /// bits, the longest block first. The other bits of `address` are zero.
  @inline(__always)
  func blocks(around address: Bits, length: Int, _ body: (UInt32) -> Void) {
    guard var node = nodes.first else { return }
    var position = Int(node.skip)
    while node.branch != 0 {
      let choice =
        (address &<< Bits(truncatingIfNeeded: position))
        &>> Bits(truncatingIfNeeded: Bits.bitWidth &- Int(node.branch))
      position &+= Int(node.branch)
      node = nodes[Int(node.address) &+ Int(truncatingIfNeeded: choice)]
      position &+= Int(node.skip)
    }
    var next: Int? = Int(node.address)
    var isFound = false
    while let block = next {
      let link = links[block]
      if !isFound { isFound = link.length <= length && holds(block, link.length, address) }
      if isFound { body(link.record) }
      next = link.parent
    }
  }

  private func holds(_ block: Int, _ length: Int, _ address: Bits) -> Bool {
    length == 0 || (bits[block] ^ address) >> Bits(Bits.bitWidth &- length) == 0
  }
}
