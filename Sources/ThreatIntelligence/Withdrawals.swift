internal import MeshModel

/// What a feed took back, so that an older copy of it brings nothing of that back into force.
///
/// Of the entries that were held when they were withdrawn all are here, and of others as many as the
/// feed may have; with what is withdrawn until another version is held, all within three times that.
/// Each counts for as long as an entry without an end of its own does, and at least as long as the
/// version is held from which it was taken.
struct Withdrawals: Hashable, Sendable {
  private(set) var all: [String: Withdrawal] = [:]

  /// Those of a version that is itself not held; `removed` was held until now.
  mutating func add(_ version: FeedVersion, removed: Set<String>) {
    for (id, withdrawal) in version.revoked {
      if let known = all[id] {
        all[id] = max(known, withdrawal)
      } else if removed.contains(id) || all.count < version.terms.mostEntries {
        all[id] = withdrawal
      }
    }
  }

  /// `version` is held in place of `former`, without what stood there of `removed`, and of the entries
  /// in `earlier` with what was held of them.
  mutating func follow(
    _ version: FeedVersion, after former: FeedVersion?, removed: Set<String>,
    earlier: [String: Withdrawal], at now: Timestamp
  ) {
    all = inForce(version.terms, at: now).merging(version.revoked) { max($0, $1) }
    if !all.isEmpty {
      for indicator in version.indicators { all[indicator.provenance.id] = nil }
    }
    all.merge(earlier) { $1 }
    let most = version.terms.mostEntries
    guard all.count > most else { return }
    let held = Set(former?.indicators.map(\.provenance.id) ?? []).union(removed).union(earlier.keys)
    let others = all.filter { !held.contains($0.key) }
    let room = max(0, 2 * most - (all.count - others.count))
    let latest = others.sorted { ($1.value.readAt, $0.key) < ($0.value.readAt, $1.key) }
    for (id, _) in latest.dropFirst(min(room, most)) { all[id] = nil }
  }

  func inForce(_ terms: FeedTerms, at now: Timestamp) -> [String: Withdrawal] {
    all.filter { now < $0.value.readAt.adding(milliseconds: terms.lifetimeSeconds * 1000) }
  }
}
