/// A literal and where in a field it has to be: the form of most patterns.
struct LiteralTest: Hashable, Sendable {
  let literal: LiteralPattern
  /// Whether the field has to begin, or end, with it.
  let isAtStart: Bool
  let isAtEnd: Bool

  /// Nil when the pattern asks for anything else than one literal.
  init?(_ pattern: WildcardPattern) {
    guard let longest = LiteralTest(longestOf: pattern),
      pattern.pieces.allSatisfy({ $0 == .anyText || $0 == .literal(longest.literal.bytes) }),
      pattern.pieces.count == 1 + (longest.isAtStart ? 0 : 1) + (longest.isAtEnd ? 0 : 1),
      longest.isAtStart || !longest.beginsWithinCharacter
    else { return nil }
    self = longest
  }

  /// The longest literal, which a text that fits the pattern has to hold; nil where there is none.
  init?(longestOf pattern: WildcardPattern) {
    var best: LiteralTest?
    for (position, piece) in pattern.pieces.enumerated() {
      if case .literal(let bytes) = piece, bytes.count > best?.literal.bytes.count ?? 0 {
        best = LiteralTest(
          literal: LiteralPattern(bytes, isCased: pattern.isCased), isAtStart: position == 0,
          isAtEnd: position == pattern.pieces.count - 1)
      }
    }
    guard let best else { return nil }
    self = best
  }

  private init(literal: LiteralPattern, isAtStart: Bool, isAtEnd: Bool) {
    self.literal = literal
    self.isAtStart = isAtStart
    self.isAtEnd = isAtEnd
  }

  /// Its beginning, of a length that a database takes; where more follows it does not end the field.
  var beginning: LiteralTest {
    guard literal.bytes.count > Self.mostBytes else { return self }
    return LiteralTest(
      literal: LiteralPattern(
        Array(literal.bytes.prefix(Self.mostBytes)), isCased: literal.isCased),
      isAtStart: isAtStart, isAtEnd: false)
  }

  /// Longer ones are found by their beginning: Vectorscan refuses a pattern of 16,000 characters, and
  /// a byte may take four.
  static let mostBytes = 1_024

  /// A pattern only goes on where a character begins; such a literal is found elsewhere too.
  private var beginsWithinCharacter: Bool { literal.bytes[0] & 0xC0 == 0x80 }
}
