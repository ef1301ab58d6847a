package import MeshModel

/// When a request of a subject last met what is done to it, as far as reporters say.
///
/// Any reporter can say that it denied a request of the subject. So who calls the subject is not
/// excused by its own word: what the others say is kept beside the latest.
package struct LastMet: Hashable, Sendable {
  private var at: Timestamp
  private var reporter: UInt64?
  private var atOthers: Timestamp

  package init(at: Timestamp) {
    self.at = at
    atOthers = at
  }

  package mutating func note(_ instant: Timestamp, by reporter: UInt64) {
    if reporter == self.reporter {
      at = max(at, instant)
    } else if instant >= at {
      (at, atOthers) = (instant, at)
      self.reporter = reporter
    } else {
      atOthers = max(atOthers, instant)
    }
  }

  /// By the word of others than this one.
  package func at(besides reporter: UInt64) -> Timestamp {
    reporter == self.reporter ? atOthers : at
  }
}
