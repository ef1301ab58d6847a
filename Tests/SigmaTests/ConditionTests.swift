import Sigma
import Testing

@Suite("Conditions")
struct ConditionTests {
  /// Searches a, b, c, a_2 and _d, each of which holds when the path has its letter.
  private static func holds(_ condition: String, _ path: String) throws -> Bool {
    let searches = [("a", "a"), ("b", "b"), ("c", "c"), ("a_2", "2"), ("_d", "d")]
    let lines = searches.map { "\($0.0):\n  cs-uri|contains: '\($0.1)'" }
    let text = lines.joined(separator: "\n") + "\ncondition: \(condition)"
    return try Rules.compile(text).holds(Request(path: path))
  }

  @Test(
    "'not' binds closer than 'and', and 'and' closer than 'or'",
    arguments: [
      ("a", "a", true), ("a", "b", false), ("not a", "b", true), ("not not a", "a", true),
      ("a and b", "ab", true), ("a and b", "a", false), ("a or b", "b", true),
      ("a or b and c", "a", true), ("(a or b) and c", "a", false), ("a and b or c", "c", true),
      ("not a and b", "b", true), ("not (a and b)", "a", true), ("not a or b", "ab", true),
      ("not a and not b", "c", true), ("((a))", "a", true), ("not(a)or(b)", "b", true),
      ("a and b and c", "abc", true), ("a and b and c", "ab", false),
    ])
  func precedence(condition: String, path: String, holds: Bool) throws {
    #expect(try Self.holds(condition, path) == holds)
  }

  @Test(
    "'1 of' and 'all of' take the searches of a pattern, or all but those with an underscore first",
    arguments: [
      ("1 of a*", "2", true), ("1 of a*", "b", false), ("all of a*", "a", false),
      ("all of a*", "a2", true), ("1 of them", "d", false), ("1 of them", "c", true),
      ("all of them", "abc2", true), ("all of them", "abc", false), ("any of a*", "2", true),
      ("1 of _*", "d", true), ("1 of *", "d", false), ("all of *_*", "2", true),
      ("1 of a", "2", false), ("not 1 of a* and b", "b", true), ("b and 1 of a*", "b2", true),
      ("1 of a* or b and c", "a", true),
    ])
  func quantifiers(condition: String, path: String, holds: Bool) throws {
    #expect(try Self.holds(condition, path) == holds)
  }

  @Test("of several conditions any is enough")
  func several() throws {
    #expect(try Self.holds("[a and b, c]", "c"))
    #expect(try !Self.holds("[a and b, c]", "a"))
  }

  @Test(
    "a condition that says nothing clear is refused",
    arguments: [
      ("a b", "'b' is not expected here: put 'and' or 'or' before it"),
      ("a and", "the condition ends where the name of a search is expected"),
      ("(a", "a '(' without its ')'"),
      ("a)", "')' is not expected here: put 'and' or 'or' before it"),
      ("and a", "the name of a search is expected, not 'and'"),
      ("x", "no search is called 'x'; there are _d, a, a_2, b, c"),
      ("1 of x*", "no search is meant by 'x*'; there are _d, a, a_2, b, c"),
      ("2 of a*", "'2 of' is not known; known are '1 of' and 'all of'"),
      ("1 of", "after '1 of' the name of searches, or 'them', is expected"),
      ("a AND b", "'AND' is not expected here: put 'and' or 'or' before it"),
      (
        "a | count() > 5",
        "aggregations after '|' are no part of Sigma any more: write a correlation rule"
      ),
    ])
  func mistakes(condition: String, message: String) {
    do {
      _ = try Self.holds("'\(condition)'", "")
      Issue.record("taken: \(condition)")
    } catch {
      #expect("\(error)" == "f:15:14: \(message)")
    }
  }

  @Test("parentheses and 'not' nest up to a bound")
  func depth() throws {
    let limit = SigmaLimits.depth
    let open = String(repeating: "(", count: limit)
    let close = String(repeating: ")", count: limit)
    #expect(try Self.holds(open + "a" + close, "a"))
    #expect(throws: (any Error).self) { try Self.holds("(" + open + "a" + close + ")", "a") }
    #expect(throws: (any Error).self) {
      try Self.holds(String(repeating: "not ", count: limit + 1) + "a", "a")
    }
  }
}
