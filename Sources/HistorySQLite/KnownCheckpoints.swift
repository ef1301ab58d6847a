internal import GRDB
internal import TransparencyLog

/// All checkpoints of a key, those of the history itself and those outside, by size.
struct KnownCheckpoints {
  private(set) var roots: [UInt64: (root: LogHash, source: String)] = [:]
  private(set) var unreadable = 0
  private(set) var findings: [AuditFinding] = []
  private let key: VerifierKey
  /// A note that is stored and outside need not be verified twice.
  private var seen: Set<SignedNote> = []

  init(key: VerifierKey) {
    self.key = key
  }

  var sizes: [UInt64] { roots.keys.sorted() }

  mutating func readStored(_ database: Database) throws {
    let rows = try Row.fetchCursor(database, sql: "SELECT size, note FROM checkpoint ORDER BY size")
    while let row = try rows.next() {
      let source = "the history's checkpoint of \(row["size"] as Int64? ?? 0) records"
      do {
        let note = try SignedNote(parsing: Array((row["note"] as String? ?? "").utf8))
        try add(note, source)
      } catch {
        findings.append(.forged(source: source, reason: "\(error)"))
      }
    }
  }

  mutating func read(_ file: CheckpointFile) throws {
    var isOwn = false
    try file.read(
      note: { note, line in
        isOwn = isOwn || note.isBy(key)
        do {
          try add(note, "\(file.path):\(line)")
        } catch LogError.forged {
          findings.append(
            .forged(source: "\(file.path):\(line)", reason: "\(LogError.forged)"))
        } catch {
          unreadable += 1
        }
      }, unreadable: { _ in unreadable += 1 })
    if !isOwn { findings.append(.noCheckpoint(source: file.path)) }
  }

  private mutating func add(_ note: SignedNote, _ source: String) throws {
    // Of an earlier key, or of another log that shares the file.
    guard note.isBy(key), seen.insert(note).inserted else { return }
    let checkpoint = try Checkpoint(note, signedBy: key)
    if let known = roots[checkpoint.size], known.root != checkpoint.root {
      findings.append(.forked(size: checkpoint.size, source: "\(known.source), \(source)"))
    } else {
      roots[checkpoint.size] = (checkpoint.root, source)
    }
  }
}
