internal import Sigma

struct LiteralDatabase: PatternDatabase {
  let database: VectorscanDatabase

  func scanner() throws(PatternError) -> any LiteralScanner {
    VectorscanLiterals(scratch: try VectorscanScratch(database))
  }
}

private final class VectorscanLiterals: LiteralScanner {
  private let scratch: VectorscanScratch

  init(scratch: VectorscanScratch) {
    self.scratch = scratch
  }

  func scan(_ text: borrowing RawSpan, into hits: inout LiteralHits) -> Bool {
    withUnsafeMutablePointer(to: &hits) { hits in
      scratch.scan(text, hits) { number, _, end, _, hits in
        hits.unsafelyUnwrapped.assumingMemoryBound(to: LiteralHits.self).pointee
          .take(Int(number), endingAt: Int(end))
        return 0
      }
    }
  }
}
