/// What was refused of one version of a feed: every entry counted, the first ones named.
package struct RejectionTally: Hashable, Sendable {
  package private(set) var named: [Rejection] = []
  package private(set) var unreadable = 0
  package private(set) var unsupported = 0
  package private(set) var tooLong = 0
  package private(set) var excluded = 0

  package init() {}

  package var total: Int { unreadable + unsupported + tooLong + excluded }

  package mutating func add(id: String, _ reason: Rejection.Reason) {
    switch reason {
    case .unreadable: unreadable += 1
    case .unsupported: unsupported += 1
    case .tooLong: tooLong += 1
    case .excluded: excluded += 1
    }
    if named.count < ThreatLimits.rejectionsNamed {
      named.append(Rejection(id: id, reason: reason))
    }
  }
}
