internal import Foundation
internal import GRDB
internal import MeshModel
internal import TransparencyLog

extension SQLiteHistory {
  func store(_ note: SignedNote, size: UInt64, at now: Timestamp) async throws {
    try await write { database, _ in
      try database.execute(
        sql: "INSERT OR IGNORE INTO checkpoint (size, at, note) VALUES (?, ?, ?)",
        arguments: [Int64(bitPattern: size), now.microseconds, note.description])
    }
  }

  func newestCheckpoint(
    signedBy key: VerifierKey
  ) async throws -> (note: SignedNote, checkpoint: Checkpoint)? {
    try await database.read { try HistoryFile.newestCheckpoint($0, signedBy: key) }
  }

  /// The roots of the tree over the stored hashes, as they were at these sizes.
  func roots(at sizes: Set<UInt64>) async throws -> [UInt64: LogHash] {
    guard let largest = sizes.max() else { return [:] }
    return try await database.read { database in
      var roots: [UInt64: LogHash] = [:]
      var frontier = LogFrontier()
      let leaves = try Data.fetchCursor(
        database, sql: "SELECT leaf_hash FROM event ORDER BY seq LIMIT ?",
        arguments: [Int64(bitPattern: largest)])
      if sizes.contains(0) { roots[0] = frontier.root }
      while let leaf = try leaves.next() {
        frontier.append(LogHash(leaf) ?? .empty)
        if sizes.contains(frontier.size) { roots[frontier.size] = frontier.root }
      }
      return roots
    }
  }
}
