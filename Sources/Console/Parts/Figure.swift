/// Numbers as they are read.
enum Figure {
  /// With a comma between thousands.
  static func count(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// With so many digits after the point, rounded; a dash for what is no number.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12, (0...6).contains(digits) else { return "–" }
    var scale: Int64 = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int64((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + count(scaled) }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return sign + count(scaled / scale) + "." + zeros + fraction
  }

  /// Of a share from 0 to 1. What is not nothing never reads as 0 %, nor what is not all as 100 %.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    let percent = share * 100
    if percent > 0, percent < 0.1 { return "< 0.1 %" }
    if percent < 100, percent > 99.9 { return "> 99.9 %" }
    return decimal(percent, percent == percent.rounded() ? 0 : 1) + " %"
  }

  /// A score of at most 1: as many digits as tell it from 1.
  static func score(_ score: Double) -> String { decimal(score, score > 0.99 ? 4 : 2) }

  static func rate(_ perSecond: Double) -> String {
    decimal(perSecond, perSecond < 10 ? 1 : 0) + "/s"
  }

  static func plural(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    count(number) + " " + (number == 1 ? one : many ?? one + "s")
  }

  /// For attributes that are read as numbers.
  static func plain(_ value: Double) -> String {
    value.isFinite && abs(value) < 1e12 ? String(Int64(value.rounded())) : "0"
  }

  /// A place in a picture, to a tenth.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let tenths = Int64((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let rest = tenths.magnitude % 10
    return sign + "\(tenths.magnitude / 10)" + (rest == 0 ? "" : ".\(rest)")
  }
}
