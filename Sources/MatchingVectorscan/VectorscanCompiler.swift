internal import CVectorscan
package import Sigma

/// Finds patterns with Vectorscan, whose time is linear in the text: it keeps no stack to go back to.
///
/// Source: Wang and others, "Hyperscan: A Fast Multi-pattern Regex Matcher for Modern CPUs" (2019).
package struct VectorscanCompiler: PatternCompiler {
  /// Fails on a processor that Vectorscan has no code for.
  package init() throws(PatternError) {
    guard hs_valid_platform() == HS_SUCCESS else {
      throw PatternError("this processor lacks the instructions that Vectorscan needs (SSE4.2)")
    }
  }

  package func literals(
    _ literals: [LiteralPattern]
  ) throws(PatternError) -> any PatternDatabase<any LiteralScanner> {
    let flags = literals.map { $0.isCased ? 0 : UInt32(HS_FLAG_CASELESS) }
    let database = try compile(literals.map(\.bytes)) { texts, ids, database, error in
      hs_compile_lit_multi(
        texts, flags, ids, literals.map(\.bytes.count), UInt32(literals.count),
        UInt32(HS_MODE_BLOCK), nil, &database, &error)
    }
    return LiteralDatabase(database: database)
  }

  package func expressions(
    _ expressions: [RegexPattern]
  ) throws(PatternError) -> any PatternDatabase<any ExpressionScanner> {
    for (number, expression) in expressions.enumerated() {
      guard expression.source.utf8.allSatisfy({ 1...0x7F ~= $0 }) else {
        throw PatternError(
          pattern: number,
          "an expression is of ASCII alone, without NUL; write other bytes as \\xhh")
      }
    }
    let database = try compile(expressions.map { Array($0.source.utf8) }) {
      texts, ids, database, error in
      hs_compile_multi(
        texts, expressions.map(\.flags), ids, UInt32(expressions.count), UInt32(HS_MODE_BLOCK),
        nil, &database, &error)
    }
    return ExpressionDatabase(database: database)
  }

  private typealias Texts = UnsafePointer<UnsafePointer<CChar>?>

  /// Hands the patterns over as C wants them: pointers to texts that end with NUL, and numbers.
  private func compile(
    _ patterns: [[UInt8]],
    _ call: (
      Texts, [UInt32], inout OpaquePointer?, inout UnsafeMutablePointer<hs_compile_error_t>?
    ) -> hs_error_t
  ) throws(PatternError) -> VectorscanDatabase {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for pattern in patterns {
      starts.append(bytes.count)
      bytes += pattern.map(CChar.init(bitPattern:)) + [0]
    }
    var database: OpaquePointer?
    var error: UnsafeMutablePointer<hs_compile_error_t>?
    let code = bytes.withUnsafeBufferPointer { bytes in
      let texts: [UnsafePointer<CChar>?] = starts.map { bytes.baseAddress! + $0 }
      return texts.withUnsafeBufferPointer { texts in
        call(texts.baseAddress!, Array(0..<UInt32(patterns.count)), &database, &error)
      }
    }
    defer { hs_free_compile_error(error) }
    guard code == HS_SUCCESS, let database else { throw PatternError(error) }
    return VectorscanDatabase(taking: database)
  }
}

extension RegexPattern {
  /// Without `HS_FLAG_UTF8`, under which Vectorscan may read outside of texts that are no UTF-8.
  fileprivate var flags: UInt32 {
    var flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY
    if ignoresCase { flags |= HS_FLAG_CASELESS }
    if isMultiline { flags |= HS_FLAG_MULTILINE }
    if dotMatchesLineEnds { flags |= HS_FLAG_DOTALL }
    return UInt32(flags)
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
