/// Text of others, made safe to read: what would hide, reorder or overlay what stands beside it is
/// shown as a name in its place.
///
/// Source: Boucher, Anderson, "Trojan Source" (2021); Unicode Technical Report 36.
enum VisibleText {
  enum Part: Equatable {
    case plain(Unicode.Scalar)
    /// Of ASCII letters, digits and the two brackets alone.
    case token(String)
  }

  static func forEach(_ text: String, _ body: (Part) -> Void) {
    var marks = 0
    for scalar in text.unicodeScalars {
      guard scalar.value >= 0x20, scalar.value != 0x7F else {
        body(.token(name(of: scalar)))
        marks = 0
        continue
      }
      guard scalar.value >= 0x80 else {
        body(.plain(scalar))
        marks = 0
        continue
      }
      let isMark = isMark(scalar)
      marks = isMark ? marks + 1 : 0
      let isShown = !isUnseen(scalar) && marks <= maximumMarks
      body(isShown ? .plain(scalar) : .token(name(of: scalar)))
    }
  }

  /// The same as plain text, for attributes.
  static func plain(_ text: String) -> String {
    var plain = ""
    forEach(text) { part in
      switch part {
      case .plain(let scalar): plain.unicodeScalars.append(scalar)
      case .token(let name): plain += name
      }
    }
    return plain
  }

  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint { return true }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse,
      .unassigned, .surrogate:
      return true
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
      .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol:
      return false
    @unknown default: return true
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: false
    }
  }

  private static func name(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "[LF]"
    case "\r": return "[CR]"
    case "\t": return "[TAB]"
    case "\u{1B}": return "[ESC]"
    default:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "[U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
    }
  }

  /// Marks on one letter; more of them grow over the lines above and below.
  private static let maximumMarks = 3
}
