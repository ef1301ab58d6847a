internal import Sigma

struct VectorscanExpressions: PatternDatabase {
  let database: VectorscanDatabase

  func scanner() throws(PatternError) -> any ExpressionScanner {
    VectorscanExpressionScanner(scratch: try VectorscanScratch(database))
  }
}

private final class VectorscanExpressionScanner: ExpressionScanner {
  private let scratch: VectorscanScratch

  init(scratch: VectorscanScratch) {
    self.scratch = scratch
  }

  func scan(_ text: borrowing RawSpan, into found: inout ExpressionHits) -> Bool {
    withUnsafeMutablePointer(to: &found) { found in
      scratch.scan(text, found) { number, _, _, _, found in
        found.unsafelyUnwrapped.assumingMemoryBound(to: ExpressionHits.self).pointee
          .insert(Int(number))
        return 0
      }
    }
  }
}
