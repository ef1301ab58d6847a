/// Rules of one log source, laid out to be matched all at once.
///
/// One scan finds the literals of all rules. Only rules with a literal that they cannot match
/// without are evaluated, beside the few that need none; expressions are looked for when a rule is
/// undecided without them. It is immutable: matchers of one rule set share it, and it lives as long
/// as one of them.
package struct RuleIndex: Sendable {
  /// Positions of its rules in the rule set.
  let rules: [Int]
  /// Where each rule's program begins.
  let starts: [Int32]
  let program: RuleProgram
  let predicates: [RulePredicate]
  let literals: (any PatternDatabase<any LiteralScanner>)?
  let expressions: [ExpressionGroup]
  /// What a matcher starts with.
  let noHits: LiteralHits

  /// Expressions that are looked for in the same field.
  struct ExpressionGroup: Sendable {
    let field: RequestField
    let count: Int
    let database: any PatternDatabase<any ExpressionScanner>
    /// The predicate of each expression.
    let predicates: [Int]
  }

  /// How many literals are looked for, and how many rules are evaluated for every request because
  /// they can match without any.
  package let literalCount: Int
  package let alwaysCount: Int

  /// Works out how to match `rules` with their positions in a rule set.
  package init(
    _ rules: [(position: Int, rule: CompiledRule)], with compiler: some PatternCompiler
  ) throws(RuleIndexError) {
    var builder = RuleIndexBuilder()
    for (_, rule) in rules { builder.add(rule) }
    self.rules = rules.map(\.position)
    starts = builder.starts
    program = builder.program
    predicates = builder.predicates
    expressions = try builder.expressionGroups(with: compiler)
    let (literals, index) = builder.literals
    literalCount = literals.count
    alwaysCount = builder.alwaysCount
    noHits = LiteralHits(index, needing: builder.needing, always: builder.always)
    do throws(PatternError) {
      self.literals = literals.isEmpty ? nil : try compiler.literals(literals)
    } catch {
      throw RuleIndexError(place: nil, message: error.message)
    }
  }
}
