/// A text with wildcards that the whole of a field has to fit.
///
/// Literals are bytes; letters of ASCII compare without their case unless `isCased`, and are then
/// held in small letters. No two literals and no two `anyText` follow each other.
package struct WildcardPattern: Hashable, Sendable {
  package let pieces: [Piece]
  package let isCased: Bool

  package enum Piece: Hashable, Sendable {
    case literal([UInt8])
    /// One character: a byte, and where it begins a longer UTF-8 sequence the bytes that continue it.
    case oneCharacter
    /// Any number of bytes, also none.
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
}

extension UInt8 {
  /// The small letter of a capital one of ASCII, else the byte itself.
  package var foldedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
