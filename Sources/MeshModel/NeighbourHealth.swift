/// How one caller fares at the subject of an action, in the minutes before it and since.
package struct NeighbourHealth: Hashable, Sendable, Codable {
  package var caller: SPIFFEID
  package var before: RequestTally
  package var since: RequestTally

  package init(caller: SPIFFEID, before: RequestTally, since: RequestTally) {
    self.caller = caller
    self.before = before
    self.since = since
  }
}

/// Requests, and how many of them failed: nobody answered, or the answer was 5xx.
package struct RequestTally: Hashable, Sendable, Codable {
  package var failed: UInt32
  package var total: UInt32

  package init(failed: UInt32 = 0, total: UInt32 = 0) {
    self.failed = failed
    self.total = total
  }

  /// From 0 to 1; 0 without requests.
  package var failedShare: Double { total == 0 ? 0 : Double(failed) / Double(total) }

  package static func + (left: RequestTally, right: RequestTally) -> RequestTally {
    RequestTally(failed: left.failed &+ right.failed, total: left.total &+ right.total)
  }
}
