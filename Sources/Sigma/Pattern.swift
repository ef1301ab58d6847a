/// What is looked for in the texts of a request.
package enum Pattern: Hashable, Sendable {
  case literal(LiteralPattern)
  case expression(RegexPattern)
}
