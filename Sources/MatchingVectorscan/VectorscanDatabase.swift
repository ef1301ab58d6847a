internal import CVectorscan
internal import Sigma

/// A compiled database, freed with its last owner.
///
/// Unchecked without a lock: nothing changes the database once it is made, and Vectorscan only reads
/// it.
final class VectorscanDatabase: @unchecked Sendable {
  let pointer: OpaquePointer

  init(taking pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    hs_free_database(pointer)
  }
}

/// A database with working memory of its own for one scan at a time.
final class VectorscanScratch {
  private let database: VectorscanDatabase
  private let scratch: OpaquePointer

  init(_ database: VectorscanDatabase) throws(PatternError) {
    var scratch: OpaquePointer?
    guard hs_alloc_scratch(database.pointer, &scratch) == HS_SUCCESS, let scratch else {
      throw PatternError("no memory for Vectorscan to work in")
    }
    self.database = database
    self.scratch = scratch
  }

  deinit {
    hs_free_scratch(scratch)
  }

  /// False when the scan failed.
  @inline(__always)
  func scan(
    _ text: borrowing RawSpan, _ context: UnsafeMutableRawPointer,
    _ onMatch: match_event_handler
  ) -> Bool {
    text.withUnsafeBytes { bytes in
      // An empty text has no address, which Vectorscan refuses.
      withUnsafePointer(to: 0 as CChar) { nothing in
        hs_scan(
          database.pointer, bytes.assumingMemoryBound(to: CChar.self).baseAddress ?? nothing,
          UInt32(bytes.count), 0, scratch, onMatch, context) == HS_SUCCESS
      }
    }
  }
}
