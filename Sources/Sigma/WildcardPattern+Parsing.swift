extension WildcardPattern {
  /// `*` and `?` are wildcards. A backslash takes the meaning from them and from another backslash,
  /// and before anything else stands for itself.
  static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    var isEscaped = false
    func end() {
      if !literal.isEmpty { pieces.append(.literal(literal)) }
      literal = []
    }
    for byte in text.utf8 {
      let isSpecial =
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "\\")
      if isEscaped {
        if !isSpecial { literal.append(UInt8(ascii: "\\")) }
        literal.append(byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if isSpecial {
        end()
        pieces.append(byte == UInt8(ascii: "*") ? .anyText : .oneCharacter)
      } else {
        literal.append(byte)
      }
    }
    if isEscaped { literal.append(UInt8(ascii: "\\")) }
    end()
    return pieces
  }
}
