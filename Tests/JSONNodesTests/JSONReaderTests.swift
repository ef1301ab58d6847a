internal import JSONNodes
internal import MeshModel
internal import Testing

struct JSONReaderTests {
  private static let bounds = JSONBounds(bytes: 4_096, depth: 8, nodes: 200)

  private func read(_ text: String) throws -> JSONNode {
    try JSONReader.read(Array(text.utf8), within: Self.bounds)
  }

  private func reason(_ text: String) -> JSONFailure.Reason? { reason(Array(text.utf8)) }

  private func reason(_ bytes: [UInt8], _ bounds: JSONBounds = bounds) -> JSONFailure.Reason? {
    do throws(JSONFailure) {
      _ = try JSONReader.read(bytes, within: bounds)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("every kind of value is read, and numbers stay as they are written")
  func kinds() throws {
    #expect(
      try read(#" {"a" : [1, -2.50e+3, true,false,null, ""], "b":{}} "#)
        == .object(
          JSONObject([
            "a": .array([
              .number("1"), .number("-2.50e+3"), .boolean(true), .boolean(false), .null,
              .string(""),
            ]),
            "b": .object(JSONObject()),
          ])))
  }

  @Test("escapes and surrogate pairs become the characters they stand for")
  func escapes() throws {
    #expect(
      try read(#""\"\\\/\b\f\n\r\té\ud83d\ude00\u0000ü""#)
        == .string("\"\\/\u{8}\u{C}\n\r\té😀\u{0}ü"))
  }

  @Test("what is written is read as the same value, and the same value is always the same text")
  func written() throws {
    let text = #"{"b":[1,-2.5e3,true,false,null],"a":"\"\\\n\u0001/é😀","c":{}}"#
    let node = try read(text)
    #expect(node.text == text)
    #expect(try read(node.text) == node)
  }

  @Test(
    "what is not JSON is refused with the reason",
    arguments: [
      ("", .endOfText), ("[1,", .endOfText), (#"{"a""#, .endOfText), (#""abc"#, .endOfText),
      (#""\"#, .endOfText), ("tru", .endOfText), ("nul1", .unexpectedByte),
      ("[1,]", .unexpectedByte),
      ("{,}", .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte), ("{1:2}", .unexpectedByte),
      (#"{"a" 1}"#, .unexpectedByte), ("'a'", .unexpectedByte), ("+1", .unexpectedByte),
      ("NaN", .unexpectedByte), ("1 2", .textAfterValue), ("01", .invalidNumber),
      ("-", .invalidNumber), ("1.", .invalidNumber), ("1e", .invalidNumber), ("-a", .invalidNumber),
      (#""\x""#, .invalidEscape), (#""\u12G4""#, .invalidEscape), (#""\ud83d""#, .loneSurrogate),
      (#""\ud83dx""#, .loneSurrogate), (#""\ud83dA""#, .loneSurrogate),
      (#""\ude00""#, .loneSurrogate), ("\"a\nb\"", .controlCharacter),
      (#"{"a":1,"a":2}"#, .duplicateName), (#"{"a":1,"\u0061":2}"#, .duplicateName),
    ] as [(String, JSONFailure.Reason)])
  func malformed(text: String, expected: JSONFailure.Reason) {
    #expect(reason(text) == expected, "\(text)")
  }

  @Test("bytes that are not UTF-8 are refused, in strings and around them")
  func encoding() {
    let quote = UInt8(ascii: "\"")
    for bytes: [UInt8] in [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80],
    ] {
      #expect(reason([quote] + bytes + [quote]) == .invalidUTF8)
    }
    #expect(reason([0xEF, 0xBB, 0xBF, 0x31]) == .unexpectedByte)
  }

  @Test("size, depth, values and digits are bounded, to the unit")
  func bounds() {
    #expect(reason(String(repeating: "[", count: 8) + String(repeating: "]", count: 8)) == nil)
    #expect(reason(String(repeating: "[", count: 9) + String(repeating: "]", count: 9)) == .tooDeep)
    #expect(reason(String(repeating: "[", count: 4_000)) == .tooDeep)
    #expect(reason(String(repeating: #"{"a":"#, count: 800)) == .tooDeep)
    #expect(reason("[" + String(repeating: "1,", count: 198) + "1]") == nil)
    #expect(reason("[" + String(repeating: "1,", count: 199) + "1]") == .tooManyNodes)
    #expect(reason(String(repeating: " ", count: 4_095) + "1") == nil)
    #expect(reason(String(repeating: " ", count: 4_096) + "1") == .tooLarge)
    #expect(reason(String(repeating: "9", count: 64)) == nil)
    #expect(reason(String(repeating: "9", count: 65)) == .invalidNumber)
    let wide = JSONBounds(bytes: 1 << 20, depth: 1 << 20, nodes: 1 << 20)
    #expect(reason(Array(repeating: UInt8(ascii: "["), count: 1 << 20), wide) == .tooDeep)
  }

  @Test("mutated and random texts are read or refused, and never end the process")
  func hostile() {
    let seed: UInt64 = 0xF1B
    var random = SeededRandom(seed: seed)
    let text = Array(
      #"{"a":[1,-2.5e3,"é\u00e9\ud83d\ude00",{"b":null,"c":[true,false]}],"d":"x\\y"}"#.utf8)
    let words = ["\"", "\\u", "\\ud800", "{", "[", ",", ":", "1e9", "\u{0}", "😀"].map {
      Array($0.utf8)
    }
    var read = 0
    for _ in 0..<20_000 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<max(1, bytes.count), using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: min(at, bytes.count))
        case 1: bytes.removeSubrange(min(at, bytes.count)...)
        case 2: bytes.insert(contentsOf: words[at % words.count], at: min(at, bytes.count))
        case 3: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        default: if at < bytes.count { bytes.remove(at: at) }
        }
      }
      if reason(bytes) == nil { read += 1 }
    }
    #expect(read > 0 && read < 20_000, "seed \(seed)")
  }
}
