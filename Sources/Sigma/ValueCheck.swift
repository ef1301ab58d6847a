internal import MeshModel
internal import YAMLNodes

/// What one key asks of its field, once its modifiers are worked out; which field it is is settled
/// elsewhere.
struct ValueCheck {
  /// One for each value.
  private(set) var operations: [RuleItem.Operation] = []
  /// All values, where usually any is enough.
  let needsAll: Bool
  let isNegated: Bool
  let place: Place

  private let modifiers: [Modifier]
  private let field: RequestField

  /// Nil when there is a mistake.
  init?(_ test: SigmaDetection.Test, _ mistakes: inout [Diagnostic]) {
    place = test.place
    field = test.field
    needsAll = test.modifiers.contains(.all)
    isNegated = test.modifiers.contains(.neq)
    modifiers = test.modifiers.filter { $0 != .all && $0 != .neq }
    do {
      let kind = try Kind(modifiers, field, isNegated: isNegated)
      for value in test.values {
        do {
          operations.append(try operation(kind, value))
        } catch {
          mistakes.append(value.place.mistake(error.message))
        }
      }
    } catch {
      mistakes.append(place.mistake(error.message))
    }
    if operations.count < test.values.count { return nil }
  }

  /// Whether what fits the field's alternative fits the field itself too, so that there is no need
  /// to ask both.
  func isCovered(by field: RequestField) -> Bool {
    operations.allSatisfy { operation in
      switch operation {
      case .exists: true
      case .number, .network, .field: false
      case .text(let patterns):
        patterns.allSatisfy { pattern in
          guard case .wildcard(let wildcard) = pattern else { return false }
          // A path ends its URI, a host begins its authority.
          return field == .uri
            ? wildcard.pieces.first == .anyText : wildcard.pieces.last == .anyText
        }
      }
    }
  }

  private func operation(
    _ kind: Kind, _ value: SigmaDetection.Value
  ) throws(ValueMistake) -> RuleItem.Operation {
    switch kind {
    case .text: return try text(value)
    case .expression: return .text([.regex(try expression(value))])
    case .network: return .network([try network(value)])
    case .existence:
      guard case .boolean(let exists) = value.kind else {
        throw ValueMistake("exists takes true or false")
      }
      return .exists(exists)
    case .otherField(let position): return try otherField(value, position)
    case .comparison(let comparison):
      guard case .number(let number, _) = value.kind else {
        throw ValueMistake("'\(comparison.rawValue)' takes a number, without quotes")
      }
      return .number(comparison, number)
    }
  }

  private func text(_ value: SigmaDetection.Value) throws(ValueMistake) -> RuleItem.Operation {
    var pieces: [WildcardPattern.Piece]
    switch value.kind {
    case .null:
      guard field != .keywords, modifiers.isEmpty else {
        throw ValueMistake("null stands only for an absent field, without modifiers")
      }
      return .exists(false)
    case .boolean:
      throw ValueMistake("no field of a request is true or false: put the value in quotes")
    case .number(let number, let text):
      if field.isNumber, modifiers.isEmpty { return .number(.equal, number) }
      pieces = [.literal(Array(text.utf8))]
    case .text(let text): pieces = WildcardPattern.pieces(of: text)
    }
    if field == .keywords {
      guard pieces.contains(where: { $0 != .anyText }) else {
        throw ValueMistake("this keyword matches every request: remove it")
      }
    }
    var variants = [pieces]
    for modifier in modifiers {
      var next: [[WildcardPattern.Piece]] = []
      for variant in variants { next += try Transformation.apply(modifier, to: variant) }
      variants = next
    }
    if field == .keywords { variants = variants.map { [.anyText] + $0 + [.anyText] } }
    let isCased = modifiers.contains(.cased)
    return .text(variants.map { .wildcard(WildcardPattern($0, isCased: isCased)) })
  }

  private func expression(_ value: SigmaDetection.Value) throws(ValueMistake) -> RegexPattern {
    let source: String
    switch value.kind {
    case .text(let text), .number(_, let text): source = text
    case .boolean, .null: throw ValueMistake("an expression must be a text")
    }
    guard !source.isEmpty else { throw ValueMistake("an empty expression matches every text") }
    return RegexPattern(
      source: source, ignoresCase: modifiers.contains(.ignoreCase),
      isMultiline: modifiers.contains(.multiline),
      dotMatchesLineEnds: modifiers.contains(.dotAll))
  }

  private func network(_ value: SigmaDetection.Value) throws(ValueMistake) -> IPPrefix {
    guard case .text(let text) = value.kind, let prefix = IPPrefix(text) else {
      throw ValueMistake("cidr takes an address, or a block such as 10.0.0.0/8 or fc00::/7")
    }
    let address = text.split(separator: "/").first.flatMap { IPPrefix($0) }
    guard address?.address == prefix.address else {
      throw ValueMistake("'\(text)' has bits beyond its length: the block is \(prefix)")
    }
    return prefix
  }

  private func otherField(
    _ value: SigmaDetection.Value, _ position: RuleItem.Position
  ) throws(ValueMistake) -> RuleItem.Operation {
    guard case .text(let name) = value.kind, let other = FieldMap.field(named: name) else {
      throw ValueMistake(
        "fieldref takes the name of a field; known are "
          + FieldMap.known.joined(separator: ", "))
    }
    return .field(other, position, isCased: modifiers.contains(.cased))
  }
}
