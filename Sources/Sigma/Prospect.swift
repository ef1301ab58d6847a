internal import MeshModel

/// What may come of a condition when only some of the items it asks for are known.
struct Prospect: Hashable, Sendable {
  var canHold: Bool
  var canFail: Bool

  static let open = Prospect(canHold: true, canFail: true)

  init(canHold: Bool, canFail: Bool) {
    self.canHold = canHold
    self.canFail = canFail
  }

  /// `known` is nil for an item of which nothing is known.
  ///
  /// Parts are taken for independent: what may come of each may not come of all together.
  init(_ condition: RuleCondition, _ known: [Prospect?]) {
    switch condition {
    case .item(let number): self = known[number] ?? .open
    case .not(let inner):
      let inner = Prospect(inner, known)
      self.init(canHold: inner.canFail, canFail: inner.canHold)
    case .and(let parts):
      let parts = parts.map { Prospect($0, known) }
      self.init(
        canHold: parts.allSatisfy(\.canHold), canFail: parts.contains(where: \.canFail))
    case .or(let parts):
      let parts = parts.map { Prospect($0, known) }
      self.init(
        canHold: parts.contains(where: \.canHold), canFail: parts.allSatisfy(\.canFail))
    }
  }

  /// Of items that `texts` are enough to answer; nil stands for the others.
  static func of(_ items: [RuleItem?], _ texts: RequestTexts) -> [Prospect?] {
    items.map { item in
      item.map { item in
        let holds = item.evaluate(texts) { _, _ in false }
        return Prospect(canHold: holds, canFail: !holds)
      }
    }
  }
}

extension RuleItem {
  /// Whether the field alone answers it, without a search for an expression.
  func isAnswered(by field: RequestField) -> Bool {
    guard self.field == field else { return false }
    switch operation {
    case .exists, .number, .network: return true
    case .field: return false
    case .text(let patterns):
      return patterns.allSatisfy { if case .wildcard = $0 { true } else { false } }
    }
  }
}

extension RequestTexts {
  /// Lays out a request of which nothing but these is known.
  mutating func load(_ method: RequestMethod, status: UInt16) {
    let nothing: [UInt8] = []
    load(nothing.span.bytes, RequestFields(method: method, status: status))
  }
}
