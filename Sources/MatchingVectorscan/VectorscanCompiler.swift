internal import CVectorscan
package import Sigma

/// Finds all patterns of a request at once with Vectorscan, and expressions in one field with RE2.
/// The time of both is linear in the text: they keep no stack to go back to.
///
/// Source: Wang and others, "Hyperscan: A Fast Multi-pattern Regex Matcher for Modern CPUs" (2019);
/// Cox, "Regular Expression Matching in the Wild" (2010).
package struct VectorscanCompiler: PatternCompiler {
  /// Fails on a processor that Vectorscan has no code for.
  package init() throws(PatternError) {
    guard hs_valid_platform() == HS_SUCCESS else {
      throw PatternError("this processor lacks the instructions that Vectorscan needs (SSE4.2)")
    }
  }

  package func patterns(
    _ patterns: [Pattern]
  ) throws(PatternError) -> any PatternDatabase<any PatternScanner> {
    VectorscanPatterns(database: try compile(patterns))
  }

  package func expressions(
    _ expressions: [RegexPattern]
  ) throws(PatternError) -> any PatternDatabase<any ExpressionScanner> {
    for (number, expression) in expressions.enumerated() {
      try Pattern.expression(expression).checkBytes(number)
    }
    return try RE2Expressions(expressions)
  }

  private func compile(
    _ patterns: [Pattern]
  ) throws(PatternError) -> VectorscanDatabase {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for (number, pattern) in patterns.enumerated() {
      try pattern.checkBytes(number)
      starts.append(bytes.count)
      bytes += pattern.source.map(CChar.init(bitPattern:)) + [0]
    }
    var database: OpaquePointer?
    var error: UnsafeMutablePointer<hs_compile_error_t>?
    defer { hs_free_compile_error(error) }
    bytes.withUnsafeBufferPointer { bytes in
      _ = hs_compile_multi(
        starts.map { bytes.baseAddress?.advanced(by: $0) }, patterns.map(\.flags),
        Array(0..<UInt32(patterns.count)), UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil,
        &database, &error)
    }
    guard let database else { throw PatternError(error) }
    return VectorscanDatabase(taking: database)
  }
}

extension Pattern {
  /// As an expression; the bytes of a literal stand for themselves.
  fileprivate var source: [UInt8] {
    switch self {
    case .literal(let literal): literal.bytes.flatMap(\.escaped)
    case .expression(let expression): Array(expression.source.utf8)
    }
  }

  /// Throws for bytes that are not ASCII, or NUL.
  fileprivate func checkBytes(_ number: Int) throws(PatternError) {
    guard source.allSatisfy({ 1...0x7F ~= $0 }) else {
      throw PatternError(
        pattern: number,
        "an expression is of ASCII alone, without NUL; write other bytes as \\xhh")
    }
  }

  /// Without `HS_FLAG_UTF8`, under which Vectorscan may read outside of texts that are no UTF-8.
  fileprivate var flags: UInt32 {
    switch self {
    case .literal(let literal): return literal.isCased ? 0 : UInt32(HS_FLAG_CASELESS)
    case .expression(let expression):
      var flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY
      if expression.ignoresCase { flags |= HS_FLAG_CASELESS }
      if expression.isMultiline { flags |= HS_FLAG_MULTILINE }
      if expression.dotMatchesLineEnds { flags |= HS_FLAG_DOTALL }
      return UInt32(flags)
    }
  }
}

extension UInt8 {
  /// `\xhh`.
  fileprivate var escaped: [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return Array("\\x".utf8) + [digits[Int(self >> 4)], digits[Int(self & 15)]]
  }
}

extension PatternError {
  fileprivate init(_ error: UnsafeMutablePointer<hs_compile_error_t>?) {
    guard let error = error?.pointee, let message = error.message else {
      self.init("Vectorscan gave no reason")
      return
    }
    self.init(
      pattern: error.expression < 0 ? nil : Int(error.expression), String(cString: message))
  }
}
