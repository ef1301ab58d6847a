/// Reads one JSON value from bytes of outsiders: strict, bounded, and without any trap.
///
/// Source: RFC 8259, with duplicate names refused (its section 4 leaves them open).
package struct JSONReader {
  private let bytes: [UInt8]
  private let bounds: JSONBounds
  private var position = 0
  private var nodes = 0

  package static func read(_ bytes: [UInt8], within bounds: JSONBounds) throws(JSONFailure)
    -> JSONNode
  {
    guard bytes.count <= bounds.bytes else {
      throw JSONFailure(reason: .tooLarge, offset: bounds.bytes)
    }
    var reader = JSONReader(bytes: bytes, bounds: bounds)
    let node = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.failure(.textAfterValue) }
    return node
  }

  private init(bytes: [UInt8], bounds: JSONBounds) {
    self.bytes = bytes
    self.bounds = bounds
  }

  private mutating func value(depth: Int) throws(JSONFailure) -> JSONNode {
    skipSpace()
    try count()
    switch try peek() {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
    default: throw failure(.unexpectedByte)
    }
  }

  private mutating func object(depth: Int) throws(JSONFailure) -> JSONNode {
    try open(depth: depth)
    var object = JSONObject()
    skipSpace()
    if try take(UInt8(ascii: "}")) { return .object(object) }
    while true {
      skipSpace()
      let start = position
      guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
      try count()
      let name = try string()
      skipSpace()
      guard try take(UInt8(ascii: ":")) else { throw failure(.unexpectedByte) }
      guard object.add(name, try value(depth: depth + 1)) else {
        throw JSONFailure(reason: .duplicateName, offset: start)
      }
      skipSpace()
      if try take(UInt8(ascii: "}")) { return .object(object) }
      guard try take(UInt8(ascii: ",")) else { throw failure(.unexpectedByte) }
    }
  }

  private mutating func array(depth: Int) throws(JSONFailure) -> JSONNode {
    try open(depth: depth)
    var nodes: [JSONNode] = []
    skipSpace()
    if try take(UInt8(ascii: "]")) { return .array(nodes) }
    while true {
      nodes.append(try value(depth: depth + 1))
      skipSpace()
      if try take(UInt8(ascii: "]")) { return .array(nodes) }
      guard try take(UInt8(ascii: ",")) else { throw failure(.unexpectedByte) }
    }
  }

  private mutating func open(depth: Int) throws(JSONFailure) {
    guard depth < bounds.depth else { throw failure(.tooDeep) }
    position += 1
  }

  private mutating func word(_ word: StaticString, _ node: JSONNode) throws(JSONFailure) -> JSONNode
  {
    for offset in 0..<word.utf8CodeUnitCount {
      guard try peek() == word.utf8Start[offset] else { throw failure(.unexpectedByte) }
      position += 1
    }
    return node
  }

  private mutating func number() throws(JSONFailure) -> String {
    let start = position
    _ = try? take(UInt8(ascii: "-"))  // The first byte is there.
    if has(0x30...0x30) {
      position += 1
    } else {
      try digits()
    }
    if has(0x2E...0x2E) {
      position += 1
      try digits()
    }
    if has(0x65...0x65) || has(0x45...0x45) {
      position += 1
      if has(0x2B...0x2B) || has(0x2D...0x2D) { position += 1 }
      try digits()
    }
    guard position - start <= JSONBounds.numberBytes, !has(0x30...0x39) else {
      throw JSONFailure(reason: .invalidNumber, offset: start)
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(JSONFailure) {
    guard has(0x30...0x39) else { throw failure(.invalidNumber) }
    while has(0x30...0x39) { position += 1 }
  }

  private mutating func string() throws(JSONFailure) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    var plain = position
    while true {
      let byte = try peek()
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[plain..<position]
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONFailure(reason: .invalidUTF8, offset: start)
        }
        return string
      case UInt8(ascii: "\\"):
        text += bytes[plain..<position]
        position += 1
        text += Array(String(try escaped()).utf8)
        plain = position
      case 0..<0x20: throw failure(.controlCharacter)
      default: position += 1
      }
    }
  }

  private mutating func escaped() throws(JSONFailure) -> Unicode.Scalar {
    let byte = try peek()
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try scalar()
    default:
      position -= 1
      throw failure(.invalidEscape)
    }
  }

  private mutating func scalar() throws(JSONFailure) -> Unicode.Scalar {
    let start = position
    let first = try unit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, try take(UInt8(ascii: "\\")), try take(UInt8(ascii: "u")) else {
      throw JSONFailure(reason: .loneSurrogate, offset: start)
    }
    let second = try unit()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw JSONFailure(reason: .loneSurrogate, offset: start) }
    return scalar
  }

  /// Four hexadecimal digits.
  private mutating func unit() throws(JSONFailure) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else {
        throw failure(.invalidEscape)
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  private mutating func count() throws(JSONFailure) {
    nodes += 1
    guard nodes <= bounds.nodes else { throw failure(.tooManyNodes) }
  }

  private mutating func skipSpace() {
    while has(0x20...0x20) || has(0x09...0x0A) || has(0x0D...0x0D) { position += 1 }
  }

  private func has(_ range: ClosedRange<UInt8>) -> Bool {
    position < bytes.count && range.contains(bytes[position])
  }

  private func peek() throws(JSONFailure) -> UInt8 {
    guard position < bytes.count else { throw failure(.endOfText) }
    return bytes[position]
  }

  private mutating func take(_ byte: UInt8) throws(JSONFailure) -> Bool {
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  private func failure(_ reason: JSONFailure.Reason) -> JSONFailure {
    JSONFailure(reason: reason, offset: position)
  }
}
