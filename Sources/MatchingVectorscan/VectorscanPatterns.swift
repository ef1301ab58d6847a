internal import Sigma

struct VectorscanPatterns: PatternDatabase {
  let database: VectorscanDatabase

  func scanner() throws(PatternError) -> any PatternScanner {
    VectorscanPatternScanner(scratch: try VectorscanScratch(database))
  }
}

private final class VectorscanPatternScanner: PatternScanner {
  private let scratch: VectorscanScratch

  init(scratch: VectorscanScratch) {
    self.scratch = scratch
  }

  func scan(_ text: borrowing RawSpan, into hits: inout PatternHits) -> Bool {
    withUnsafeMutablePointer(to: &hits) { hits in
      scratch.scan(text, hits) { number, _, end, _, hits in
        hits.unsafelyUnwrapped.assumingMemoryBound(to: PatternHits.self).pointee
          .take(Int(number), endingAt: Int(end))
        return 0
      }
    }
  }
}
