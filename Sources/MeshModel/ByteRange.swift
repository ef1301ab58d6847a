/// A stretch of the bytes of a message; public for the reason of `StableHash`.
public struct ByteRange: Hashable, Sendable {
  public var start: UInt32
  public var count: UInt32

  @inline(__always)
  public init(start: UInt32 = 0, count: UInt32 = 0) {
    self.start = start
    self.count = count
  }

  @inline(__always)
  public var isEmpty: Bool { count == 0 }

  @inline(__always)
  public var range: Range<Int> { Int(start)..<Int(start) &+ Int(count) }
}
