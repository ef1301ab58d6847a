internal import MeshModel

/// When a request began, as logs write it.
struct LogTime: Hashable {
  private(set) var seconds: Int64
  private(set) var nanoseconds: Int32

  init(seconds: Int64, nanoseconds: Int32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  init(unixNanoseconds: UInt64) {
    seconds = Int64(unixNanoseconds / 1_000_000_000)
    nanoseconds = Int32(unixNanoseconds % 1_000_000_000)
  }

  /// RFC 3339, or the time since 1970 as a number: with decimals, seconds; as a whole number,
  /// seconds, milliseconds, microseconds or nanoseconds, whichever makes it a time of this age.
  init?(_ value: LogValue, in bytes: borrowing RawSpan) {
    if case .text(let range) = value, range.count > 10, let date = Self.date(bytes, range) {
      self = date
      return
    }
    guard let number = DecimalNumber(value, in: bytes) else { return nil }
    guard number.billionths == 0 else {
      seconds = Int64(clamping: number.whole)
      nanoseconds = Int32(number.billionths)
      return
    }
    let perSecond: UInt64 =
      switch number.whole {
      case ..<100_000_000_000: 1
      case ..<100_000_000_000_000: 1_000
      case ..<100_000_000_000_000_000: 1_000_000
      default: 1_000_000_000
      }
    seconds = Int64(number.whole / perSecond)
    nanoseconds = Int32(number.whole % perSecond * (1_000_000_000 / perSecond))
  }

  /// Days-from-civil after Howard Hinnant, "chrono-compatible low-level date algorithms".
  private static func date(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> LogTime? {
    let start = range.lowerBound
    guard range.count >= 20, let century = bytes.twoDigits(at: start),
      let yearOfCentury = bytes.twoDigits(at: start + 2),
      let month = bytes.twoDigits(at: start + 5), (1...12).contains(month),
      let day = bytes.twoDigits(at: start + 8), (1...31).contains(day),
      let hour = bytes.twoDigits(at: start + 11), hour < 24,
      let minute = bytes.twoDigits(at: start + 14), minute < 60,
      let second = bytes.twoDigits(at: start + 17), second <= 60,
      isSigned(bytes, start, [(4, 0x2D), (7, 0x2D), (13, 0x3A), (16, 0x3A)])
    else { return nil }
    var position = start + 19
    var nanoseconds: UInt32 = 0
    if bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) == 0x2E {
      let first = position + 1
      position = first
      while position < range.upperBound, bytes.digit(at: position) != nil { position += 1 }
      nanoseconds = DecimalNumber.fraction(bytes, first..<position) ?? 0
    }
    guard let offset = offsetSeconds(bytes, position..<range.upperBound) else { return nil }
    let year = century * 100 + yearOfCentury - (month <= 2 ? 1 : 0)
    // Years are never negative here, so plain division is the floor.
    let yearOfEra = year % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = year / 400 * 146_097 + dayOfEra - 719_468
    return LogTime(
      seconds: days * 86_400 + hour * 3_600 + minute * 60 + second - offset,
      nanoseconds: Int32(nanoseconds))
  }

  private static func isSigned(
    _ bytes: borrowing RawSpan, _ start: Int, _ signs: [(Int, UInt8)]
  ) -> Bool {
    for (offset, sign) in signs
    where bytes.unsafeLoad(fromByteOffset: start + offset, as: UInt8.self) != sign {
      return false
    }
    return true
  }

  /// Seconds east of UTC: `Z`, or `+hh:mm` and `-hh:mm`.
  private static func offsetSeconds(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> Int64? {
    guard !range.isEmpty else { return nil }
    let sign = bytes.unsafeLoad(fromByteOffset: range.lowerBound, as: UInt8.self)
    if sign == 0x5A || sign == 0x7A { return range.count == 1 ? 0 : nil }
    guard sign == 0x2B || sign == 0x2D, range.count == 6,
      let hours = bytes.twoDigits(at: range.lowerBound + 1),
      let minutes = bytes.twoDigits(at: range.lowerBound + 4)
    else { return nil }
    return (hours * 3_600 + minutes * 60) * (sign == 0x2D ? -1 : 1)
  }
}
