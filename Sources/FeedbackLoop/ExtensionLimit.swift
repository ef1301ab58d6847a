package import MeshModel

/// How late an operator may move the deadline of an action now, and what does not let it be later.
package struct ExtensionLimit: Hashable, Sendable {
  package enum Bound: Hashable, Sendable {
    /// Its policy's lifetime, or `limits.maxTTL`, from now.
    case lifetime
    /// What its subject may be acted on without a pause.
    case continuousTime
  }

  package var latest: Timestamp
  package var bound: Bound

  package init(latest: Timestamp, bound: Bound) {
    self.latest = latest
    self.bound = bound
  }

  package var text: String {
    switch bound {
    case .lifetime:
      "it can last until \(latest.rfc3339) at most, its policy's ttl (or limits.maxTTL) from now"
    case .continuousTime:
      "it can last until \(latest.rfc3339) at most (limits.maxContinuous): let it end, and order"
        + " a new one if it must be"
    }
  }
}
