internal import FeedbackLoop
internal import MeshModel

/// How the loop settles: one attack in each cell, by how it attacks, how far the proxies are, and how
/// often they ship their logs.
package struct Stability: Sendable {
  package struct Cell: Hashable, Sendable {
    package var profile: AttackProfile
    package var travelMilliseconds: Int64
    package var flushMilliseconds: Int64
    /// From the first request of the attack to the first verified enforcement; nil for never.
    package var containedAfter: Int64?
    /// From the last request of the attack to the last release; nil when nothing was to be released.
    package var releasedAfter: Int64?
    /// Times that something was pressed harder, and let go.
    package var ups: Int
    package var downs: Int
    /// Requests of the attack that reached an application, of all it could have sent.
    package var leaked: Int
    package var sent: Int
    package var violation: Violation?
  }

  package static let attackMilliseconds: Int64 = 60_000

  package static func cells(
    travels: [Int64] = [2, 50, 400], flushes: [Int64] = [10, 50, 200, 1_000]
  ) -> [Cell] {
    AttackProfile.allCases.flatMap { profile in
      travels.flatMap { travel in flushes.map { cell(profile, travel: travel, flush: $0) } }
    }
  }

  static func cell(_ profile: AttackProfile, travel: Int64, flush: Int64) -> Cell {
    var plan = Plan.reference(profile: profile, attackMilliseconds: attackMilliseconds)
    plan.policies[0].revert.ttlMilliseconds = 90_000
    plan.limits.maxTTLMilliseconds = 90_000
    plan.travelMilliseconds = max(1, travel / 2)...travel
    plan.flushMilliseconds = flush
    plan.end += 60_000
    var world = World(plan)
    world.run()
    let attack = plan.attackers[0]
    let subject = Subject.workload(plan.workloads[attack.workload].identity)
    let turns = world.summary.turns.filter { $0.subject == subject }
    let start = Plan.start.adding(milliseconds: attack.from)
    let end = Plan.start.adding(milliseconds: attack.until)
    return Cell(
      profile: profile, travelMilliseconds: travel, flushMilliseconds: flush,
      containedAfter: turns.first { $0.event == "effective" }
        .map { Int64($0.at.milliseconds(since: start)) },
      releasedAfter: turns.last { $0.event == "released" || $0.event == "expired" }
        .map { Int64(max(0, $0.at.milliseconds(since: end))) },
      ups: turns.count { $0.event == "applied" },
      downs: turns.count { $0.event == "releasing" },
      leaked: world.summary.leaks[subject]?.count ?? 0, sent: requests(of: profile),
      violation: world.violation)
  }

  private static func requests(of profile: AttackProfile) -> Int {
    var elapsed: Int64 = 0
    var count = 0
    while elapsed < attackMilliseconds {
      count += 1
      elapsed += profile.pause(after: elapsed)
    }
    return count
  }
}
