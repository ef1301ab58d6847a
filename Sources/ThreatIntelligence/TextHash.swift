internal import MeshModel

/// The hashes by which texts are found, placed by a secret: a feed that knows it not cannot crowd
/// them together.
struct TextHash: Sendable {
  private let name: StableHash
  private let url: StableHash
  private let agent: StableHash
  private let fingerprint: StableHash

  init(secret: UInt64) {
    func start(_ kind: UInt64) -> StableHash {
      var hash = StableHash()
      hash.combine(secret)
      hash.combine(kind)
      return hash
    }
    name = start(1)
    url = start(2)
    agent = start(3)
    fingerprint = start(4)
  }

  /// Calls `body` with the hash of each end of the name that begins with a whole label, the shortest
  /// first, with where that end begins and its number of labels, until it says to stop.
  @inline(__always)
  func ends(
    of bytes: borrowing RawSpan, _ range: Range<Int>,
    _ body: (_ hash: UInt64, _ start: Int, _ labels: Int) -> Bool
  ) {
    var hash = name
    var end = range.upperBound
    var labels = 0
    while end > range.lowerBound {
      var start = end
      while start > range.lowerBound,
        bytes.unsafeLoad(fromUncheckedByteOffset: start &- 1, as: UInt8.self) != UInt8(ascii: ".")
      { start &-= 1 }
      labels &+= 1
      hash.combine(folding: bytes, start..<end)
      guard labels < 128, body(hash.value, start, labels) else { return }
      end = start &- 1
    }
  }

  @inline(__always)
  func url(_ bytes: borrowing RawSpan, authority: Range<Int>, path: Range<Int>) -> UInt64 {
    var hash = url
    hash.combine(folding: bytes, authority)
    hash.combine(bytes, path)
    return hash.value
  }

  @inline(__always)
  func agent(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> UInt64 {
    var hash = agent
    hash.combine(bytes, range)
    return hash.value
  }

  @inline(__always)
  func fingerprint(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> UInt64 {
    var hash = fingerprint
    hash.combine(folding: bytes, range)
    return hash.value
  }
}
