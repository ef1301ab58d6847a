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

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
