package import YAMLNodes

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
    let expressions: [RegexPattern]
    /// The predicate of each expression.
    let predicates: [Int]
    let database: any PatternDatabase<any ExpressionScanner>
  }

  /// How many literals are looked for.
  package let literalCount: Int
  /// How many rules are evaluated for every request, because they can match without any of them.
  package let alwaysCount: Int

  /// Works out how to match the rules about `source`; throws every expression that cannot be looked
  /// for.
  package init(
    _ set: RuleSet, _ source: LogSource, with compiler: some PatternCompiler
  ) throws(Diagnostics) {
    var builder = RuleIndexBuilder()
    rules = set.numbers(for: source)
    for number in rules { builder.add(set.rules[number]) }
    starts = builder.starts
    program = builder.program
    predicates = builder.predicates
    expressions = try Self.groups(builder, compiler)
    let (literals, index) = builder.literals
    literalCount = literals.count
    alwaysCount = builder.alwaysCount
    noHits = LiteralHits(index, needing: builder.needing, always: builder.always)
    do throws(PatternError) {
      self.literals = literals.isEmpty ? nil : try compiler.literals(literals)
    } catch {
      throw Self.mistake(error)
    }
  }

  /// Whether no request matches, so that its texts need not be laid out.
  package var isEmpty: Bool { rules.isEmpty }

  private static func groups(
    _ builder: RuleIndexBuilder, _ compiler: some PatternCompiler
  ) throws(Diagnostics) -> [ExpressionGroup] {
    var groups: [ExpressionGroup] = []
    var mistakes: [Diagnostic] = []
    for (field, expressions, predicates) in builder.expressions {
      do throws(PatternError) {
        groups.append(
          ExpressionGroup(
            field: field, expressions: expressions, predicates: predicates,
            database: try compiler.expressions(expressions)))
      } catch {
        guard error.pattern != nil else { throw mistake(error) }
        // One by one, for the compiler stops at the first that it does not take.
        for (expression, predicate) in zip(expressions, predicates) {
          do throws(PatternError) {
            _ = try compiler.expressions([expression])
          } catch {
            mistakes.append(
              builder.predicates[predicate].item.place.mistake(
                "'\(expression.source)' cannot be looked for: \(error.message)"))
          }
        }
      }
    }
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
    return groups
  }

  /// Of no pattern in particular.
  private static func mistake(_ error: PatternError) -> Diagnostics {
    Diagnostics([Diagnostic(file: "rules", line: 0, column: 0, message: error.message)])
  }
}
