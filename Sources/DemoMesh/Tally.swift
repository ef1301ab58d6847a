internal import Synchronization

/// Counts answers by how they ended; safe from any task.
package final class Tally: Sendable {
  package struct Counts: Hashable, Sendable {
    package var sent = 0
    package var succeeded = 0
    /// A few of the others, for the reader.
    package var failures: [String] = []
  }

  private let state = Mutex(Counts())

  package init() {}

  package var counts: Counts { state.withLock { $0 } }

  package func success() {
    state.withLock {
      $0.sent += 1
      $0.succeeded += 1
    }
  }

  package func failure(_ what: String) {
    state.withLock {
      $0.sent += 1
      if $0.failures.count < 10 { $0.failures.append(what) }
    }
  }

  /// The counts so far, and starts again at zero.
  package func take() -> Counts {
    state.withLock { counts in
      defer { counts = Counts() }
      return counts
    }
  }
}
