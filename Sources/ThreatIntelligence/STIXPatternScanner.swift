/// The words, paths and constants of a STIX pattern.
struct STIXPatternScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return position == bytes.count
    }
  }

  func problem() -> STIXProblem { .unreadable("the pattern at byte \(position)") }

  mutating func take(_ symbol: Character) -> Bool {
    skipBlanks()
    guard let byte = symbol.asciiValue, peek() == byte else { return false }
    position += 1
    return true
  }

  mutating func takeWord(_ word: String) -> Bool {
    skipBlanks()
    let end = position + word.utf8.count
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.utf8),
      end == bytes.count || !Self.isName(bytes[end])
    else { return false }
    position = end
    return true
  }

  /// The type of an object and what is meant of it, as written.
  mutating func path() throws(STIXProblem) -> String {
    skipBlanks()
    let start = position
    guard takeName() else { throw problem() }
    guard peek() == UInt8(ascii: ":") else { throw problem() }
    repeat {
      position += 1
      if peek() == UInt8(ascii: "'") { _ = try quoted() } else if !takeName() { throw problem() }
      if peek() == UInt8(ascii: "[") { try skipIndex() }
    } while peek() == UInt8(ascii: ".")
    return String(excerpt: String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// `==` is the same as `=`, and `<>` as `!=`.
  mutating func operation() throws(STIXProblem) -> String {
    for word in ["IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"] where takeWord(word) {
      return word
    }
    let symbols: [UInt8] = bytes[position...].prefix(2).prefix { "=!<>".utf8.contains($0) }.map(
      \.self)
    let text = String(decoding: symbols, as: UTF8.self)
    guard ["=", "==", "!=", "<>", "<", "<=", ">", ">="].contains(text) else { throw problem() }
    position += symbols.count
    return text == "==" ? "=" : text == "<>" ? "!=" : text
  }

  /// A string without its quotes, or a number, a truth or other bytes as written.
  mutating func constant() throws(STIXProblem) -> String {
    skipBlanks()
    if peek() == UInt8(ascii: "'") { return try quoted() }
    let start = position
    while let byte = peek(), Self.isName(byte) || byte == 0x2E || byte == 0x2B { position += 1 }
    guard position > start else { throw problem() }
    // Bytes in hexadecimal or in base 64, and times.
    if position == start + 1, peek() == UInt8(ascii: "'") { _ = try quoted() }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quoted() throws(STIXProblem) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "'"): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let next = peek(), next == UInt8(ascii: "'") || next == UInt8(ascii: "\\") else {
          throw problem()
        }
        position += 1
        text.append(next)
      default: text.append(byte)
      }
    }
    throw problem()
  }

  private mutating func skipIndex() throws(STIXProblem) {
    position += 1
    while let byte = peek(), Self.isName(byte) || byte == UInt8(ascii: "*") { position += 1 }
    guard peek() == UInt8(ascii: "]") else { throw problem() }
    position += 1
  }

  private mutating func takeName() -> Bool {
    let start = position
    while let byte = peek(), Self.isName(byte) { position += 1 }
    return position > start
  }

  private mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
