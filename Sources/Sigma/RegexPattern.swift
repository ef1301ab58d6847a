/// A regular expression that matches somewhere in a field.
package struct RegexPattern: Hashable, Sendable {
  package var source: String
  package var ignoresCase: Bool
  /// `^` and `$` match at the ends of lines too.
  package var isMultiline: Bool
  /// `.` matches line ends too.
  package var dotMatchesLineEnds: Bool
}
