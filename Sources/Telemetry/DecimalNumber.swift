internal import MeshModel

/// A number of a log, not negative, to nine decimals; it saturates.
struct DecimalNumber: Hashable {
  private(set) var whole: UInt64 = 0
  private(set) var billionths: UInt32 = 0

  private init(whole: UInt64, billionths: UInt32 = 0) {
    self.whole = whole
    self.billionths = billionths
  }

  /// Nil for a text that is no such number, such as the `-` of an absent value.
  init?(_ value: LogValue, in bytes: borrowing RawSpan) {
    switch value {
    case .integer(let number):
      guard number >= 0 else { return nil }
      self.init(whole: UInt64(number))
    case .real(let number):
      guard number >= 0, number < 0x1p63 else { return nil }
      let fraction = (number - number.rounded(.down)) * 1e9
      self.init(whole: UInt64(number), billionths: min(999_999_999, UInt32(fraction)))
    case .text(let range): self.init(bytes, range)
    }
  }

  init?(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    guard !range.isEmpty else { return nil }
    var position = range.lowerBound
    while position < range.upperBound, let digit = bytes.digit(at: position) {
      let (tens, overflow) = whole.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = tens.addingReportingOverflow(UInt64(digit))
      whole = overflow || overflow2 ? .max : sum
      position &+= 1
    }
    guard position > range.lowerBound else { return nil }
    guard position < range.upperBound else { return }
    let point: UInt8 = 0x2E
    guard bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self) == point,
      let fraction = Self.fraction(bytes, position &+ 1..<range.upperBound)
    else { return nil }
    billionths = fraction
  }

  /// Billionths of the digits after a point; more than nine are cut off.
  static func fraction(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> UInt32? {
    var billionths: UInt32 = 0
    var unit: UInt32 = 100_000_000
    for position in range {
      guard let digit = bytes.digit(at: position) else { return nil }
      billionths &+= UInt32(digit) &* unit
      unit /= 10
    }
    return billionths
  }
}

extension RawSpan {
  func digit(at position: Int) -> UInt8? {
    let digit = unsafeLoad(fromByteOffset: position, as: UInt8.self) &- 0x30
    return digit < 10 ? digit : nil
  }

  /// The number of the two digits at `position`.
  func twoDigits(at position: Int) -> Int64? {
    guard let tens = digit(at: position), let ones = digit(at: position &+ 1) else { return nil }
    return Int64(tens) * 10 + Int64(ones)
  }
}
