/// How a client opens TLS, as a hash that many clients built alike share.
///
/// Source: JA3 (Salesforce, 2017) is an MD5 in hexadecimal; JA4 (FoxIO, 2023) is three parts, of
/// 10, 12 and 12 characters.
package enum TLSFingerprint: Hashable, Sendable, CustomStringConvertible {
  case ja3(String)
  case ja4(String)

  package init?(_ given: some StringProtocol) {
    let bytes = given.utf8.prefix(37).map { byte in
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
    let text = String(decoding: bytes, as: UTF8.self)
    switch bytes.count {
    case 32 where bytes.allSatisfy(Self.isHexadecimal): self = .ja3(text)
    case 36 where Self.isJA4(bytes): self = .ja4(text)
    default: return nil
    }
  }

  package var description: String {
    switch self {
    case .ja3(let text), .ja4(let text): text
    }
  }

  private static func isJA4(_ bytes: [UInt8]) -> Bool {
    bytes[10] == UInt8(ascii: "_") && bytes[23] == UInt8(ascii: "_")
      && bytes[0..<10].allSatisfy { isHexadecimal($0) || (0x61...0x7A).contains($0) }
      && bytes[11..<23].allSatisfy(isHexadecimal) && bytes[24..<36].allSatisfy(isHexadecimal)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
