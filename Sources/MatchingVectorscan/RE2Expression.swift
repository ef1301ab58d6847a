internal import CRE2
internal import Sigma

/// A compiled expression, freed with its last owner.
///
/// Unchecked without a lock of ours: RE2 lets any number of threads match with one expression, and
/// guards the states it keeps with its own lock.
final class RE2Expression: @unchecked Sendable {
  private let pointer: OpaquePointer
  private let isMultiline: Bool

  /// States that RE2 keeps for an expression. When they are full it begins anew, and where that
  /// happens too often it goes on without them, slower and still linear.
  private static let memoryBytes = 1 << 20
  private static let errorBytes = 256

  /// Throws when RE2 does not take it; `number` is that of the expression in its list.
  init(_ expression: RegexPattern, number: Int) throws(PatternError) {
    let options = cre2_options(
      ignores_case: expression.ignoresCase, is_multiline: expression.isMultiline,
      dot_matches_line_ends: expression.dotMatchesLineEnds)
    var message = [CChar](repeating: 0, count: Self.errorBytes)
    guard
      let pointer = cre2_compile(
        expression.source, options, Self.memoryBytes, &message, message.count)
    else {
      let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw PatternError(pattern: number, String(decoding: text, as: UTF8.self))
    }
    self.pointer = pointer
    isMultiline = expression.isMultiline
  }

  deinit {
    cre2_free(pointer)
  }

  /// As in Perl, whose expressions Sigma's are, `$` is also before a line end that ends the text; for
  /// RE2 it is the very end.
  func matches(_ text: borrowing RawSpan) -> Bool {
    text.withUnsafeBytes { bytes in
      let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress
      if cre2_matches(pointer, start, bytes.count) { return true }
      guard !isMultiline, bytes.last == UInt8(ascii: "\n") else { return false }
      return cre2_matches(pointer, start, bytes.count - 1)
    }
  }
}
