internal import MeshModel

/// One indicator in an index, in 28 bytes beside its texts.
struct IndicatorRecord: Sendable {
  enum Kind: UInt8, Sendable {
    case ipv4
    case ipv6
    case domain
    case domainAndBelow
    case url
    case userAgent
    case ja3
    case ja4

    var isText: Bool { self != .ipv4 && self != .ipv6 }

    /// Whether both are looked up alike: what is found by a name tells itself whether it speaks of
    /// the names below.
    func isAlike(_ other: Kind) -> Bool {
      self == other || self == .domain && other == .domainAndBelow
        || self == .domainAndBelow && other == .domain
    }
  }

  /// Where its value begins among the index's bytes, and behind that its id. Of a range the value is
  /// its bits and its length.
  var text: UInt32
  var valueBytes: UInt16
  var idBytes: UInt8
  var kind: Kind
  /// Where its link begins, and its length.
  var link: UInt32
  var linkBytes: UInt16
  /// The position of its feed.
  var feed: UInt8
  /// With the top bit when its end was given by its feed.
  var confidenceAndEnd: UInt8
  /// In whole seconds since 1970, from late and until early.
  var from: UInt32
  var until: UInt32
  /// The next record with the same value, plus 1; 0 when there is none.
  var next: UInt32 = 0

  var confidence: UInt8 { confidenceAndEnd & 0x7F }
  var endIsGiven: Bool { confidenceAndEnd & 0x80 != 0 }

  func holds(at second: UInt32) -> Bool { from <= second && second < until }

  /// The second in the range of `from` and `until`.
  static func second(_ time: Timestamp, roundingUp: Bool = false) -> UInt32 {
    let rounds = roundingUp && time.second < .max && Timestamp(seconds: time.second) < time
    return UInt32(clamping: time.second + (rounds ? 1 : 0))
  }
}
