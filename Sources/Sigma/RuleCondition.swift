/// How a rule's items combine; numbers are positions in its list of items.
package indirect enum RuleCondition: Hashable, Sendable {
  case item(Int)
  case not(RuleCondition)
  case and([RuleCondition])
  case or([RuleCondition])
}
