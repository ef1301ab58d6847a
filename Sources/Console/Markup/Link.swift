/// Where a link, a form or a file leads: a page of the console, one of its files, or a reference on
/// the web that is plainly one.
package struct Link: Sendable, Equatable {
  package let address: String

  private init(address: String) {
    self.address = address
  }

  /// A path of the console. Segments and query values are percent-encoded, so that none of them can
  /// leave its place.
  init(_ segments: [String], _ query: [(String, String)] = [], fragment: String? = nil) {
    var address = ""
    for segment in segments {
      // Dots alone would climb, however they are encoded.
      let climbs = segment == "." || segment == ".."
      address += "/" + (climbs ? "-" : Self.encoded(segment))
    }
    if segments.isEmpty { address = "/" }
    var separator = "?"
    for (name, value) in query {
      address += separator + Self.encoded(name) + "=" + Self.encoded(value)
      separator = "&"
    }
    if let fragment { address += "#" + Self.encoded(fragment) }
    self.address = address
  }

  /// A place on the same page.
  static func onPage(_ id: String) -> Link { Link(address: "#" + encoded(id)) }

  /// A reference of a rule's author: HTTPS, ASCII without quotes, blanks or a user before the host;
  /// nil for anything else, which is then shown as text.
  static func reference(_ text: String) -> Link? {
    let scheme = "https://"
    guard text.utf8.count <= maximumReferenceBytes, text.hasPrefix(scheme) else { return nil }
    let rest = text.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !host.isEmpty, host.utf8.allSatisfy({ isHostByte($0) }),
      rest.utf8.allSatisfy({ isUnreserved($0) || Self.referenceMarks.contains($0) })
    else { return nil }
    return Link(address: text)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
    default: false
    }
  }

  /// RFC 3986, section 2.3.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    isHostByte(byte) || byte == 0x5F || byte == 0x7E
  }

  private static let referenceMarks = Array("/?#%&=+:;,!*@()".utf8)

  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    var encoded = ""
    for byte in text.utf8 {
      if isUnreserved(byte) {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += "%"
        encoded.unicodeScalars.append(digits[Int(byte >> 4)])
        encoded.unicodeScalars.append(digits[Int(byte & 15)])
      }
    }
    return encoded
  }

  private static let maximumReferenceBytes = 500
}
