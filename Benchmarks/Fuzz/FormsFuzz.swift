/// Bodies of forms: what is read is the same however its bytes are escaped, and what a browser never
/// sends is refused either way.
enum FormsFuzz {
  static func run(_ bytes: [UInt8]) {
    let form = FormBody(bytes)
    guard let escaped = escaped(bytes) else {
      precondition(form == nil, "a broken escape was read")
      return
    }
    precondition(FormBody(escaped) == form)
    // A field more changes no other; with one of the same name there is no form.
    guard let form, form["zz"] == nil else { return }
    let more = FormBody(bytes + Array("&zz=1".utf8))
    precondition(more == nil || more?["zz"] == "1")
    precondition(FormBody(bytes + Array("&zz=1&zz=1".utf8)) == nil)
  }

  /// Every byte but those between fields as an escape; nil where an escape is broken.
  private static func escaped(_ bytes: [UInt8]) -> [UInt8]? {
    let digits = Array("0123456789abcdef".utf8)
    var escaped: [UInt8] = []
    var isInValue = false
    var place = 0
    while place < bytes.count {
      var byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "&"):
        isInValue = false
        escaped.append(byte)
        continue
      case UInt8(ascii: "=") where !isInValue:
        isInValue = true
        escaped.append(byte)
        continue
      case UInt8(ascii: "+"): byte = UInt8(ascii: " ")
      case UInt8(ascii: "%"):
        guard place + 2 <= bytes.count,
          let value = UInt8(String(decoding: bytes[place..<place + 2], as: UTF8.self), radix: 16),
          // A sign is a digit to nobody else.
          ![UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[place])
        else { return nil }
        byte = value
        place += 2
      default: break
      }
      escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return escaped
  }
}
