extension ValueCheck {
  /// What a key's modifiers make of its values.
  enum Kind: Hashable {
    case text
    case expression
    case network
    case existence
    case otherField(RuleItem.Position)
    case comparison(RuleItem.Comparison)

    /// Of the modifiers beside `all` and `neq`, which go with nearly everything.
    init(
      _ modifiers: [Modifier], _ field: RequestField, isNegated: Bool
    ) throws(ValueMistake) {
      let kinds = Self.deciding.filter { modifiers.contains($0) }
      guard kinds.count < 2 else {
        throw ValueMistake(
          "the modifiers '\(kinds[0].rawValue)' and '\(kinds[1].rawValue)' exclude each other")
      }
      guard let kind = kinds.first else {
        try Self.checkText(modifiers, field)
        self = .text
        return
      }
      guard field != .keywords || kind == .re else {
        throw ValueMistake("'\(kind.rawValue)' needs a field")
      }
      try Self.check(modifiers, with: kind)
      switch kind {
      case .re: self = .expression
      case .cidr: self = .network
      case .exists:
        guard !isNegated else { throw ValueMistake("'exists' with 'neq': write the other value") }
        self = .existence
      case .fieldref: self = .otherField(Self.position(modifiers))
      default:
        guard let comparison = RuleItem.Comparison(rawValue: kind.rawValue) else {
          throw ValueMistake("'\(kind.rawValue)' is not known here")
        }
        guard field.isNumber else {
          throw ValueMistake("'\(kind.rawValue)' compares numbers, and this field is a text")
        }
        self = .comparison(comparison)
      }
    }

    /// At most one of them makes sense.
    private static let deciding: [Modifier] = [
      .re, .cidr, .exists, .fieldref, .lt, .lte, .gt, .gte,
    ]

    private static func checkText(
      _ modifiers: [Modifier], _ field: RequestField
    ) throws(ValueMistake) {
      for modifier in modifiers {
        switch modifier {
        case .ignoreCase, .multiline, .dotAll:
          throw ValueMistake("'\(modifier.rawValue)' goes only with 're', after it")
        case .startsWith, .endsWith:
          guard field != .keywords else {
            throw ValueMistake("a keyword has no place: '\(modifier.rawValue)' needs a field")
          }
        case .all, .neq, .contains, .cased, .base64, .base64offset, .wide, .utf16le, .utf16be,
          .utf16, .windash, .re, .cidr, .exists, .fieldref, .lt, .lte, .gt, .gte:
          continue
        }
      }
    }

    /// What may stand beside a modifier that decides the kind.
    private static func check(
      _ modifiers: [Modifier], with kind: Modifier
    ) throws(ValueMistake) {
      let companions: Set<Modifier>
      switch kind {
      case .re:
        companions = [.ignoreCase, .multiline, .dotAll]
        guard modifiers.first == .re else {
          throw ValueMistake("'re' must come before '\(modifiers[0].rawValue)'")
        }
      case .fieldref: companions = [.contains, .startsWith, .endsWith, .cased]
      default: companions = []
      }
      if let other = modifiers.first(where: { $0 != kind && !companions.contains($0) }) {
        throw ValueMistake("'\(other.rawValue)' does not go with '\(kind.rawValue)'")
      }
    }

    private static func position(_ modifiers: [Modifier]) -> RuleItem.Position {
      let atStart = modifiers.contains(.startsWith)
      let atEnd = modifiers.contains(.endsWith)
      if modifiers.contains(.contains) || atStart && atEnd { return .anywhere }
      return atStart ? .start : atEnd ? .end : .whole
    }
  }
}
