/// How a rule's items combine; numbers are positions in its list of items.
package indirect enum RuleCondition: Hashable, Sendable {
  case item(Int)
  case not(RuleCondition)
  case and([RuleCondition])
  case or([RuleCondition])

  /// `and`, without a list of one.
  static func every(_ conditions: [RuleCondition]) -> RuleCondition {
    conditions.count == 1 ? conditions[0] : .and(conditions)
  }

  /// `or`, without a list of one.
  static func any(_ conditions: [RuleCondition]) -> RuleCondition {
    conditions.count == 1 ? conditions[0] : .or(conditions)
  }

  /// Nodes of the tree.
  package var size: Int {
    switch self {
    case .item: 1
    case .not(let inner): 1 + inner.size
    case .and(let operands), .or(let operands): operands.reduce(1) { $0 + $1.size }
    }
  }
}
