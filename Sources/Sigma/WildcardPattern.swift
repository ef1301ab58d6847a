/// A text with wildcards that the whole of a field has to fit.
///
/// Literals are bytes; letters of ASCII compare without their case unless `isCased`, and are then
/// held in small letters. No two literals and no two `anyText` follow each other.
package struct WildcardPattern: Hashable, Sendable {
  package let pieces: [Piece]
  package let isCased: Bool

  package enum Piece: Hashable, Sendable {
    case literal([UInt8])
    /// A byte, and where it begins a longer UTF-8 sequence the bytes that continue it.
    case oneCharacter
    /// Any number of characters, also none.
    case anyText
  }

  package init(_ pieces: [Piece], isCased: Bool) {
    var normal: [Piece] = []
    for piece in pieces {
      switch (normal.last, piece) {
      case (.anyText, .anyText): continue
      case (_, .literal([])): continue
      case (.literal(let left), .literal(let right)):
        normal[normal.count - 1] = .literal(left + (isCased ? right : right.map(\.foldedASCII)))
      case (_, .literal(let bytes)):
        normal.append(.literal(isCased ? bytes : bytes.map(\.foldedASCII)))
      case (_, .anyText), (_, .oneCharacter): normal.append(piece)
      }
    }
    self.pieces = normal
    self.isCased = isCased
  }

  /// For names of searches, where only `*` is a wildcard.
  init(names text: String) {
    var pieces: [Piece] = []
    for part in text.split(separator: "*", omittingEmptySubsequences: false) {
      if !pieces.isEmpty { pieces.append(.anyText) }
      pieces.append(.literal(Array(part.utf8)))
    }
    self.init(pieces, isCased: true)
  }

  /// Whether the text fits, from its first byte to its last.
  ///
  /// An empty text is one that was not logged; only the empty pattern fits it. At worst the time
  /// grows with the product of both lengths.
  package func matches(_ text: ArraySlice<UInt8>) -> Bool {
    if text.isEmpty { return pieces.isEmpty }
    var piece = 0
    var position = text.startIndex
    // Where to go on when what follows the last `anyText` does not fit from where it was tried.
    var retry: (piece: Int, position: Int)?
    while true {
      if piece == pieces.count {
        if position == text.endIndex { return true }
      } else if pieces[piece] == .anyText {
        piece += 1
        retry = (piece, position)
        continue
      } else if let end = end(of: pieces[piece], in: text, at: position) {
        piece += 1
        position = end
        continue
      }
      guard let last = retry, last.position < text.endIndex else { return false }
      position = Self.afterCharacter(text, at: last.position)
      piece = last.piece
      retry = (piece, position)
    }
  }

  private func end(of piece: Piece, in text: ArraySlice<UInt8>, at position: Int) -> Int? {
    switch piece {
    case .anyText: return nil
    case .oneCharacter:
      return position < text.endIndex ? Self.afterCharacter(text, at: position) : nil
    case .literal(let bytes):
      guard text.endIndex - position >= bytes.count else { return nil }
      for (offset, byte) in bytes.enumerated() {
        let given = text[position + offset]
        guard byte == (isCased ? given : given.foldedASCII) else { return nil }
      }
      return position + bytes.count
    }
  }

  private static func afterCharacter(_ text: ArraySlice<UInt8>, at position: Int) -> Int {
    var end = position + 1
    if text[position] >= 0xC0 {
      while end < text.endIndex, text[end] & 0xC0 == 0x80 { end += 1 }
    }
    return end
  }
}

extension UInt8 {
  /// The small letter of a capital one of ASCII, else the byte itself.
  package var foldedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
