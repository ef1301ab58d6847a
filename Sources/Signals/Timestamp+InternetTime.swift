internal import MeshModel

extension Timestamp {
  /// A time of RFC 3339 with any offset and any number of decimals, of which six count.
  ///
  /// Nil for anything else, and for years outside 1 to 9999.
  init?(internetTime text: String) {
    let bytes = Array(text.utf8)
    guard (20...40).contains(bytes.count) else { return nil }
    var end = 19
    var decimals: [UInt8] = []
    if bytes[end] == UInt8(ascii: ".") {
      decimals = Array(bytes[(end + 1)...].prefix { (0x30...0x39).contains($0) })
      guard !decimals.isEmpty else { return nil }
      end += 1 + decimals.count
    }
    guard let offset = Self.offsetSeconds(bytes[end...]) else { return nil }
    var plain = Array(bytes[..<19])
    // RFC 3339 leaves the case of its letters open.
    if plain[10] == UInt8(ascii: "t") { plain[10] = UInt8(ascii: "T") }
    if !decimals.isEmpty { plain += [UInt8(ascii: ".")] + decimals.prefix(6) }
    plain.append(UInt8(ascii: "Z"))
    guard let local = Timestamp(rfc3339: String(decoding: plain, as: UTF8.self)) else { return nil }
    self = local.adding(milliseconds: -offset * 1_000)
  }

  private static func offsetSeconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let zone = Array(bytes)
    if zone == [UInt8(ascii: "Z")] || zone == [UInt8(ascii: "z")] { return 0 }
    guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
      zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
      let hours = number(zone[1], zone[2]), hours < 24, let minutes = number(zone[4], zone[5]),
      minutes < 60
    else { return nil }
    let seconds = hours * 3_600 + minutes * 60
    return zone[0] == UInt8(ascii: "-") ? -seconds : seconds
  }

  private static func number(_ tens: UInt8, _ ones: UInt8) -> Int64? {
    guard (0x30...0x39).contains(tens), (0x30...0x39).contains(ones) else { return nil }
    return Int64(tens - 0x30) * 10 + Int64(ones - 0x30)
  }
}
