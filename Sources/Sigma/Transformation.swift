/// What modifiers make of a text: one text or, where it may be written in several ways, more.
enum Transformation {
  typealias Piece = WildcardPattern.Piece

  static func apply(_ modifier: Modifier, to pieces: [Piece]) throws(ValueMistake) -> [[Piece]] {
    switch modifier {
    case .contains: [[.anyText] + pieces + [.anyText]]
    case .startsWith: [pieces + [.anyText]]
    case .endsWith: [[.anyText] + pieces]
    case .base64: [[.literal(Base64.encode(try plain(pieces, modifier)))]]
    case .base64offset: try offsets(try plain(pieces, modifier))
    case .wide, .utf16le: [recoded(pieces, bigEndian: false)]
    case .utf16be: [recoded(pieces, bigEndian: true)]
    case .utf16: [[.literal([0xFF, 0xFE])] + recoded(pieces, bigEndian: false)]
    case .windash: try dashes(pieces)
    case .cased, .all, .neq, .re, .ignoreCase, .multiline, .dotAll, .cidr, .exists, .fieldref, .lt,
      .lte, .gt, .gte:
      [pieces]
    }
  }

  /// The bytes of a text without wildcards.
  private static func plain(
    _ pieces: [Piece], _ modifier: Modifier
  ) throws(ValueMistake) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      guard case .literal(let part) = piece else {
        throw ValueMistake(
          "'\(modifier.rawValue)' takes a text without wildcards; 'contains' comes after it")
      }
      bytes += part
    }
    guard !bytes.isEmpty else { throw ValueMistake("'\(modifier.rawValue)' of an empty text") }
    return bytes
  }

  /// What of a text's encoding stays the same whatever stands around it, for the three places in a
  /// group of three bytes where it may begin.
  private static func offsets(_ bytes: [UInt8]) throws(ValueMistake) -> [[Piece]] {
    var variants: [[Piece]] = []
    for shift in 0..<3 {
      let encoded = Base64.encode(Array(repeating: 0, count: shift) + bytes)
      // A character of the encoding holds six bits: the first ones are shared with what precedes.
      let start = (shift * 8 + 5) / 6
      let end = (shift + bytes.count) * 8 / 6
      guard start < end else { throw ValueMistake("'base64offset' of a text that is too short") }
      variants.append([.literal(Array(encoded[start..<end]))])
    }
    return variants
  }

  private static func recoded(_ pieces: [Piece], bigEndian: Bool) -> [Piece] {
    pieces.map { piece in
      guard case .literal(let bytes) = piece else { return piece }
      var recoded: [UInt8] = []
      for unit in String(decoding: bytes, as: UTF8.self).utf16 {
        let low = UInt8(truncatingIfNeeded: unit)
        let high = UInt8(truncatingIfNeeded: unit >> 8)
        recoded += bigEndian ? [high, low] : [low, high]
      }
      return .literal(recoded)
    }
  }

  /// Every way to write the dashes and slashes that begin a word.
  private static func dashes(_ pieces: [Piece]) throws(ValueMistake) -> [[Piece]] {
    var variants: [[Piece]] = [[]]
    var count = 0
    for piece in pieces {
      guard case .literal(let bytes) = piece else {
        variants = variants.map { $0 + [piece] }
        continue
      }
      let text = Array(String(decoding: bytes, as: UTF8.self))
      for (index, character) in text.enumerated() {
        var ways = [String(character)]
        let beginsWord =
          (index == 0 || !isWord(text[index - 1])) && index + 1 < text.count
          && isWord(text[index + 1])
        if beginsWord, character == "-" || character == "/" {
          ways = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]
          count += 1
          guard count <= SigmaLimits.dashes else {
            throw ValueMistake(
              "'windash' of more than \(SigmaLimits.dashes) dashes: make several values of it")
          }
        }
        variants = variants.flatMap { variant in ways.map { variant + [.literal(Array($0.utf8))] } }
      }
    }
    return variants
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
