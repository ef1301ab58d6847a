extension Timestamp {
  /// The instant in UTC as RFC 3339 with microseconds, for example `2026-11-21T10:00:00.000000Z`.
  ///
  /// Civil-from-days after Howard Hinnant, "chrono-compatible low-level date algorithms".
  package var rfc3339: String {
    let seconds = second
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let timeOfDay = seconds - days * 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let fraction = microseconds &- seconds &* 1_000_000
    return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) + "T"
      + Self.padded(timeOfDay / 3600, 2) + ":" + Self.padded(timeOfDay / 60 % 60, 2) + ":"
      + Self.padded(timeOfDay % 60, 2) + "." + Self.padded(fraction, 6) + "Z"
  }

  /// An instant in UTC, with at most microseconds: `2026-11-21T10:00:00Z`. Nil for anything else,
  /// and for years outside 1 to 9999.
  ///
  /// Days-from-civil after Howard Hinnant, "chrono-compatible low-level date algorithms".
  package init?(rfc3339 text: some StringProtocol) {
    let bytes = Array(text.utf8.prefix(28))
    guard (20...27).contains(bytes.count), text.utf8.count == bytes.count, bytes.count != 21,
      bytes[bytes.count - 1] == UInt8(ascii: "Z"), bytes[4] == 0x2D, bytes[7] == 0x2D,
      bytes[10] == UInt8(ascii: "T"), bytes[13] == 0x3A, bytes[16] == 0x3A,
      bytes.count == 20 || bytes[19] == 0x2E,
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
      let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
      let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
      let fraction = Self.number(bytes[min(20, bytes.count - 1)..<(bytes.count - 1)]),
      year >= 1, (1...12).contains(month), (1...Self.days(of: month, in: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    let scale = [1, 100_000, 10_000, 1_000, 100, 10, 1][max(0, bytes.count - 21)]
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    self.init(microseconds: seconds * 1_000_000 + fraction * Int64(scale))
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 0x30)
    }
    return value
  }

  private static func days(of month: Int64, in year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
