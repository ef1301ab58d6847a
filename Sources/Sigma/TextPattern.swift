/// What the text of a field is compared with.
package enum TextPattern: Hashable, Sendable {
  case wildcard(WildcardPattern)
  case regex(RegexPattern)
}
