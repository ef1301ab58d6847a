/// Predicates of which at least one holds whenever a rule matches.
struct RuleTriggers {
  let predicates: [Int]
  /// How often one of them holds, as a guess that only compares.
  let chance: Double

  /// The rarest for a condition over predicates; nil when it may hold without any of them.
  init?(_ condition: RuleCondition, chance: (Int) -> Double?) {
    guard let found = Self.find(condition, holds: true, chance) else { return nil }
    self = found
  }

  private init(predicates: [Int], chance: Double) {
    self.predicates = predicates
    self.chance = chance
  }

  /// For the condition, or for its opposite.
  private static func find(
    _ condition: RuleCondition, holds: Bool, _ chance: (Int) -> Double?
  ) -> RuleTriggers? {
    switch condition {
    case .item(let predicate):
      // That a text is absent is told by nothing that is found.
      guard holds, let own = chance(predicate) else { return nil }
      return RuleTriggers(predicates: [predicate], chance: own)
    case .not(let inner):
      return find(inner, holds: !holds, chance)
    case .and(let parts):
      return holds ? rarest(parts, true, chance) : all(parts, false, chance)
    case .or(let parts):
      return holds ? all(parts, true, chance) : rarest(parts, false, chance)
    }
  }

  /// Each part is needed, so one part's triggers do.
  private static func rarest(
    _ parts: [RuleCondition], _ holds: Bool, _ chance: (Int) -> Double?
  ) -> RuleTriggers? {
    parts.compactMap { find($0, holds: holds, chance) }.min { $0.chance < $1.chance }
  }

  /// Any part is enough, so the triggers of all of them are needed.
  private static func all(
    _ parts: [RuleCondition], _ holds: Bool, _ chance: (Int) -> Double?
  ) -> RuleTriggers? {
    var predicates: [Int] = []
    var sum = 0.0
    for part in parts {
      guard let found = find(part, holds: holds, chance) else { return nil }
      predicates += found.predicates
      sum += found.chance
    }
    return RuleTriggers(predicates: predicates, chance: sum)
  }
}
