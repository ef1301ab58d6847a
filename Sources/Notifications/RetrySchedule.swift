package import MeshModel

/// When an attempt that failed is made again.
///
/// The waits grow as Standard Webhooks recommends, over a day. Half of each is by chance, so that
/// what failed together does not come again together.
package struct RetrySchedule: Hashable, Sendable {
  package enum Decision: Hashable, Sendable {
    case done
    case again(at: Timestamp)
    case never(DeadLetter.Reason)
  }

  /// Seconds after the first attempt, the second, and so on.
  static let waits: [Int64] = [5, 300, 1_800, 7_200, 18_000, 36_000]
  /// A receiver may ask for more time, up to this.
  static let maximumWait = 36_000

  package init() {}

  /// `attempts` were made, the last of which went as said; `random` is any number.
  package func decision(
    after outcome: SendOutcome, attempts: Int, random: UInt64, at now: Timestamp
  ) -> Decision {
    var asked = 0
    switch outcome {
    case .answered(let status, let retryAfter):
      switch status {
      case 200..<300: return .done
      // A request that is refused as it is will be refused again; redirects are not followed.
      case 408, 425, 429, 500...: asked = min(max(0, retryAfter ?? 0), Self.maximumWait)
      default: return .never(.refused(status: status))
      }
    case .unreachable: break
    case .silenced: return .done
    }
    guard attempts >= 1, attempts <= Self.waits.count else { return .never(.attemptsUsed) }
    let half = Self.waits[attempts - 1] * 500
    let wait = half + Int64(random % UInt64(half + 1))
    return .again(at: now.adding(milliseconds: max(wait, Int64(asked) * 1_000)))
  }
}
