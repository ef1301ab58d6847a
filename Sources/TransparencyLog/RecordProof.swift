/// That a record is in a log, for whoever trusts the log's key (C2SP tlog-proof). The record itself travels
/// along as the extra data.
package struct RecordProof: Hashable, Sendable, CustomStringConvertible {
  package let record: [UInt8]
  private let index: UInt64
  private let path: [LogHash]
  private let note: SignedNote

  package static let heading = "c2sp.org/tlog-proof@v1"

  package init(record: [UInt8], index: UInt64, path: [LogHash], note: SignedNote) {
    self.record = record
    self.index = index
    self.path = path
    self.note = note
  }

  /// Reads a proof and believes nothing of it: ask `checkpoint(signedBy:)`.
  package init(parsing bytes: [UInt8]) throws(LogError) {
    guard bytes.count <= LogBounds.proofBytes else {
      throw .tooLarge(limit: LogBounds.proofBytes)
    }
    var lines = Lines(bytes)
    guard lines.next()?.elementsEqual(Self.heading.utf8) == true else {
      throw .malformed("does not begin with \(Self.heading)")
    }
    guard let record = lines.next()?.after("extra ").flatMap({ Base64.bytes($0) }),
      record.count <= LogBounds.recordBytes
    else { throw .malformed("has no record in its extra line") }
    guard let index = lines.next()?.after("index ").flatMap({ Checkpoint.decimal($0) }) else {
      throw .malformed("has no index")
    }
    var path: [LogHash] = []
    while let line = lines.next(), !line.isEmpty {
      guard path.count < LogBounds.proofHashes, line.count == 44,
        let hash = Base64.bytes(line).flatMap({ LogHash($0) })
      else { throw .malformed("its path is not of up to \(LogBounds.proofHashes) hashes") }
      path.append(hash)
    }
    self.init(
      record: record, index: index, path: path, note: try SignedNote(parsing: lines.rest))
  }

  /// The proofs of a file that holds one after another.
  package static func split(_ bytes: [UInt8]) throws(LogError) -> [[UInt8]] {
    let limit = LogBounds.proofBytes * 4
    guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    var proofs: [[UInt8]] = []
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      if line.elementsEqual(heading.utf8) { proofs.append([]) }
      guard !proofs.isEmpty else {
        throw .malformed("does not begin with \(heading)")
      }
      proofs[proofs.count - 1] += line + [10]
    }
    // The last line's end is the file's.
    proofs[proofs.count - 1].removeLast()
    return proofs
  }

  /// The signed state of the log that holds the record.
  package func checkpoint(signedBy key: VerifierKey) throws(LogError) -> Checkpoint {
    let checkpoint = try Checkpoint(note, signedBy: key)
    let root = ProofCheck.root(
      leaf: LogHash(leaf: record), index: index, size: checkpoint.size, path: path)
    guard root == checkpoint.root else {
      throw .malformed("its path does not lead from the record to the checkpoint")
    }
    return checkpoint
  }

  package var description: String {
    let head = [Self.heading, "extra " + Base64.text(record), "index \(index)"]
    let lines = head + path.map { Base64.text($0.bytes) } + [""]
    return lines.map { $0 + "\n" }.joined() + note.description
  }
}

/// Bytes line by line.
private struct Lines {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  /// Nil at the end, and for a line that does not end.
  mutating func next() -> ArraySlice<UInt8>? {
    guard let end = rest.firstIndex(of: 10) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }
}

extension ArraySlice<UInt8> {
  fileprivate func after(_ prefix: String) -> ArraySlice<UInt8>? {
    starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
  }
}
