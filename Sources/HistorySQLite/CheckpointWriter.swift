internal import FeedbackLoop
internal import GRDB
internal import Logging
package import MeshModel
internal import Synchronization
package import TransparencyLog

/// Signs the history's state and takes it outside. It stands beside the loop: what fails here is said and
/// tried again, and stops nothing.
///
/// It never signs a history that contradicts an earlier checkpoint of its own key: that would vouch for
/// what was altered while no daemon ran.
package actor CheckpointWriter {
  private let history: SQLiteHistory
  private let terms: CheckpointTerms
  private let file: CheckpointFile
  private let shown: Mutex<CheckpointStanding>
  private let logger = Logger(label: "flyball.history")
  private var state = State.unopened
  private var triedAt: Timestamp?
  private var prunedAt: Timestamp?

  private enum State {
    /// The key was not read yet, or could not be.
    case unopened
    case ready(Ready)
    /// The history contradicts a checkpoint: nothing is signed in this process's life.
    case contradicted
  }

  private struct Ready {
    var signer: NoteSigner
    var signed: UInt64
    /// Signed and not yet outside.
    var waiting: SignedNote?
  }

  package init(_ history: SQLiteHistory, _ terms: CheckpointTerms) {
    self.history = history
    self.terms = terms
    file = CheckpointFile(path: terms.file)
    shown = Mutex(CheckpointStanding(records: history.tip.size, signed: 0, exported: 0))
  }

  package nonisolated var standing: CheckpointStanding {
    var standing = shown.withLock { $0 }
    standing.records = history.tip.size
    return standing
  }

  /// Does what is due: a checkpoint after so many records or so long, or, at the start and the `last` time,
  /// at once; and once a day what is too old goes.
  package func advance(at now: Timestamp, last: Bool = false) async {
    if case .contradicted = state { return }
    let size = history.tip.size
    let due =
      switch state {
      case .unopened, .contradicted: isTime(now)
      case .ready(let ready):
        last || size >= ready.signed &+ CheckpointTerms.records
          || (size > ready.signed || ready.waiting != nil) && isTime(now)
      }
    if due || last {
      triedAt = now
      do {
        try await sign(at: now)
        tell(nil)
      } catch {
        tell("\(error)")
      }
    }
    if !last { await prune(at: now) }
  }

  private func isTime(_ now: Timestamp) -> Bool {
    guard let triedAt else { return true }
    // A clock that went back must not stop it.
    return now < triedAt
      || now >= triedAt.adding(milliseconds: CheckpointTerms.seconds * 1_000)
  }

  private func sign(at now: Timestamp) async throws {
    var ready = try await opened()
    let (size, root) = history.tip
    if size > ready.signed {
      let note = try ready.signer.sign(
        Checkpoint(origin: ready.signer.verifier.name, size: size, root: root))
      try await history.store(note, size: size, at: now)
      ready.signed = size
      ready.waiting = note
      state = .ready(ready)
      shown.withLock { $0.signed = size }
    }
    guard let note = ready.waiting else { return }
    try file.append(note)
    ready.waiting = nil
    state = .ready(ready)
    shown.withLock { [ready] in $0.exported = ready.signed }
  }

  /// Reads the key and compares the history with the newest checkpoints that it signed.
  private func opened() async throws -> Ready {
    if case .ready(let ready) = state { return ready }
    let signer = try HistoryKey(path: terms.key, makeMissing: true).signer
    let outside = try newestOutside(signer.verifier)
    let stored = try await history.newestCheckpoint(signedBy: signer.verifier)
    let known = [outside, stored?.checkpoint].compactMap { $0 }
    let roots = try await history.roots(at: Set(known.map(\.size)))
    for checkpoint in known where roots[checkpoint.size] != checkpoint.root {
      state = .contradicted
      throw HistoryError(
        code: .badCheckpoints,
        message: "the history contradicts the checkpoint of its first \(checkpoint.size) records:"
          + " it was altered, or is an older copy; nothing is signed until it is put right"
          + " (flyball audit verify)")
    }
    let isOutside = outside != nil && outside?.size == stored?.checkpoint.size
    let ready = Ready(
      signer: signer, signed: stored?.checkpoint.size ?? 0,
      waiting: isOutside ? nil : stored?.note)
    state = .ready(ready)
    shown.withLock {
      $0.signed = ready.signed
      $0.exported = outside?.size ?? 0
    }
    return ready
  }

  /// Nil where there is no file yet.
  private func newestOutside(_ key: VerifierKey) throws -> Checkpoint? {
    guard file.exists else { return nil }
    var newest: [SignedNote] = []
    try file.read(
      note: { note, _ in if note.isBy(key) { newest = newest.suffix(7) + [note] } },
      unreadable: { _ in })
    // A crash leaves the last one in part, and no more; the others' word stands.
    return newest.compactMap { try? Checkpoint($0, signedBy: key) }.max { $0.size < $1.size }
  }

  private func prune(at now: Timestamp) async {
    guard let keep = terms.keepSeconds else { return }
    if let prunedAt, now >= prunedAt,
      now < prunedAt.adding(milliseconds: CheckpointTerms.pruneSeconds * 1_000)
    {
      return
    }
    prunedAt = now
    do {
      let count = try await history.prune(
        before: now.adding(milliseconds: keep.multipliedReportingOverflow(by: -1_000).0), at: now)
      if count > 0 { logger.info("old records were pruned", metadata: ["records": "\(count)"]) }
    } catch {
      tell("old records cannot be pruned: \(error)")
    }
  }

  private func tell(_ problem: String?) {
    let before = shown.withLock { standing in
      defer { standing.problem = problem }
      return standing.problem
    }
    guard let problem, problem != before else { return }
    logger.error("checkpoints of the history fail", metadata: ["reason": "\(problem)"])
  }
}
