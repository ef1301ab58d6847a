package import YAMLNodes

/// Rules of one log source, laid out to be matched all at once.
///
/// One scan of all texts finds the patterns of all rules. Only rules with one that they cannot match
/// without are evaluated, beside those that need none; and of both only those that the request's
/// method and status leave. A literal is where it belongs or not; an expression is looked for again
/// in its own field when a rule is undecided without it. The index is immutable: the matchers of a
/// rule set share it.
package struct RuleIndex: Sendable {
  /// Positions of its rules in the rule set.
  let rules: [Int]
  /// Where each rule's program begins.
  let starts: [Int32]
  let program: RuleProgram
  let narrowing: RuleNarrowing
  let predicates: [Predicate]
  let comparisons: ComparisonTable
  /// Those that are evaluated.
  let items: [RuleItem]
  let patterns: (any PatternDatabase<any PatternScanner>)?
  let expressions: [ExpressionGroup]
  /// What a matcher starts with.
  let noHits: PatternHits

  /// How a predicate is answered; without references, as counting them costs more than the answer.
  struct Predicate: Sendable {
    let way: RulePredicate.Way
    let field: RequestField
    /// Whether it fails unless one of its patterns was found.
    let isTold: Bool
    /// Its place in `items`, or its first comparison.
    var position: Int32 = 0
    var comparisonCount: Int32 = 0
  }

  /// Expressions that are looked for in the same field.
  struct ExpressionGroup: Sendable {
    let field: RequestField
    let expressions: [RegexPattern]
    /// The predicate of each expression.
    let predicates: [Int]
    let database: any PatternDatabase<any ExpressionScanner>
  }

  /// How many patterns are looked for in every request.
  package let patternCount: Int

  /// Works out how to match the rules about `source`; throws every expression that cannot be looked
  /// for.
  package init(
    _ set: RuleSet, _ source: LogSource, with compiler: some PatternCompiler
  ) throws(Diagnostics) {
    var builder = RuleIndexBuilder()
    rules = set.numbers(for: source)
    for number in rules { builder.add(set.rules[number]) }
    builder.finish()
    starts = builder.starts
    program = builder.program
    narrowing = builder.narrowing
    (predicates, comparisons, items) = builder.answers
    expressions = try Self.groups(builder, compiler)
    let (patterns, index) = builder.patterns
    patternCount = patterns.count
    noHits = PatternHits(index, needing: builder.needing, always: builder.always)
    do throws(PatternError) {
      self.patterns = patterns.isEmpty ? nil : try compiler.patterns(patterns)
    } catch {
      throw Self.mistake(error)
    }
  }

  /// Whether no request matches, so that its texts need not be laid out.
  package var isEmpty: Bool { rules.isEmpty }

  /// How many rules are evaluated for such a request although no pattern points to them.
  package func unpointedCount(_ texts: RequestTexts) -> Int {
    let places = narrowing.places(of: texts)
    return noHits.candidates.indices.reduce(0) {
      $0 + (noHits.candidates[$1] & narrowing.left($1, places)).nonzeroBitCount
    }
  }

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
