/// A 64-bit FNV-1a hash that is the same in every process, for decisions and versions.
///
/// Source: Fowler, Noll, Vo; parameters of the IETF draft "The FNV Non-Cryptographic Hash Algorithm".
package struct StableHash: Sendable {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func combine(_ text: some StringProtocol) {
    for byte in text.utf8 { combine(byte: byte) }
    // A separator that UTF-8 never holds keeps ("ab", "c") apart from ("a", "bc").
    combine(byte: 0xFF)
  }

  private mutating func combine(byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
