/// Bytes to look for; letters of ASCII compare without their case unless `isCased`.
package struct LiteralPattern: Hashable, Sendable {
  package let bytes: [UInt8]
  package let isCased: Bool

  package init(_ bytes: [UInt8], isCased: Bool) {
    self.bytes = bytes
    self.isCased = isCased
  }
}
