internal import MeshModel

/// Lengths of time and instants as they are read.
enum Span {
  /// At most two units.
  static func text(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "–" }
    if seconds < 1 { return Figure.decimal(max(0, seconds) * 1000, 0) + " ms" }
    if seconds < 10 { return Figure.decimal(seconds, 1) + " s" }
    let whole = Int64(seconds.rounded(.down))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    if whole < 86_400 { return "\(whole / 3600) h \(whole / 60 % 60) min" }
    return "\(whole / 86_400) d \(whole / 3600 % 24) h"
  }

  static func seconds(from earlier: Timestamp, to later: Timestamp) -> Double {
    Double(later.microseconds) / 1e6 - Double(earlier.microseconds) / 1e6
  }

  /// The time of day, to the second, with the date where it is another day's than `now`.
  static func clock(_ instant: Timestamp, now: Timestamp) -> String {
    let text = instant.rfc3339
    let day = text.prefix(10)
    let time = text.dropFirst(11).prefix(8)
    return day == now.rfc3339.prefix(10) ? String(time) : "\(day) \(time)"
  }

  /// An RFC 3339 instant of a view, cut to the same; anything else stays as it is.
  static func clock(_ text: String, now: Timestamp, isPrecise: Bool = false) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"), bytes.last == UInt8(ascii: "Z"),
      bytes.allSatisfy({ $0 < 0x80 })
    else { return text }
    let day = text.prefix(10)
    let time = text.dropFirst(11).prefix(isPrecise && bytes.count >= 24 ? 12 : 8)
    return day == now.rfc3339.prefix(10) ? String(time) : "\(day) \(time)"
  }

  /// Since the beginning of a story, in milliseconds.
  static func offset(_ seconds: Double) -> String {
    (seconds < 0 ? "-" : "+") + Figure.decimal(abs(seconds), 3) + " s"
  }
}
