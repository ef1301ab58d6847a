/// How often each caller of one destination meets failure or slowness, to tell a bad caller from a
/// bad destination.
///
/// A caller is compared with the lower median of the other callers, so that neither one bad caller
/// nor two make the rest look bad, and a destination that fails everybody excuses everybody.
struct PeerRates: Sendable {
  private struct Caller {
    var key: UInt64
    var requests: Float = 0
    /// Client errors, server failures, authentication failures, slow answers.
    var shown = SIMD4<Float>.zero

    var rates: SIMD4<Float> { shown / max(requests, 1) }
  }

  private var callers: [Caller] = []
  private var second: UInt32 = 0
  /// For each feature, the rates just below and just above the middle of all callers but one.
  private var lower = SIMD4<Float>.zero
  private var upper = SIMD4<Float>.zero
  /// Callers that were active a moment ago.
  private var active = 0
  private(set) var lastSeen: UInt32 = 0

  /// Bounds for a request of `caller` at `second`.
  mutating func floors(
    excluding caller: UInt64, at second: UInt32, _ betting: borrowing Betting
  ) -> PeerFloors {
    if second > self.second { open(second) }
    let own = callers.first { $0.key == caller }
    let isActive = own.map { $0.requests >= Self.activeRequests } ?? false
    guard active - (isActive ? 1 : 0) >= 1 else { return .alone }
    let rates =
      isActive
      ? lower.replacing(with: upper, where: (own?.rates ?? .zero) .<= lower) : lower
    let bounds = rates * Self.margin
    func level(_ bound: Float) -> Betting.Level {
      bound <= 0 ? 0 : betting.level(atLeast: Double(bound))
    }
    return PeerFloors(
      clientErrors: level(bounds.x), serverFailures: level(bounds.y),
      authFailures: level(bounds.z), slowness: level(bounds.w))
  }

  mutating func count(_ caller: UInt64, shown: UInt8) {
    lastSeen = second
    func bit(_ index: Int) -> Float { shown & (1 << UInt8(index)) != 0 ? 1 : 0 }
    let flags = SIMD4(
      bit(EntityRecord.Index.clientErrors), bit(EntityRecord.Index.serverFailures),
      bit(EntityRecord.Index.authFailures), bit(EntityRecord.Index.slowness))
    if let index = callers.firstIndex(where: { $0.key == caller }) {
      callers[index].requests += 1
      callers[index].shown += flags
    } else if callers.count < ScoringBounds.peersPerDestination {
      callers.append(Caller(key: caller, requests: 1, shown: flags))
    }
  }

  /// Lets the past fade, drops who fell silent, and finds the middle of the rest.
  private mutating func open(_ next: UInt32) {
    let fade = Self.fades[Int(min(next - second, UInt32(Self.fades.count) - 1))]
    second = next
    for index in callers.indices {
      callers[index].requests *= fade
      callers[index].shown *= fade
    }
    callers.removeAll { $0.requests < Self.silentRequests }
    let rates = callers.filter { $0.requests >= Self.activeRequests }.map(\.rates)
    active = rates.count
    guard active > 0 else { return }
    let middle = max(0, (active - 2) / 2)
    for lane in 0..<4 {
      let sorted = rates.map { $0[lane] }.sorted()
      lower[lane] = sorted[middle]
      upper[lane] = sorted[min(middle + 1, active - 1)]
    }
  }

  /// A request counts half after three seconds.
  private static let fades: [Float] = {
    var fade: Float = 1
    return (0..<64).map { _ in
      defer { fade *= 0.8 }
      return fade
    }
  }()
  private static let activeRequests: Float = 0.5
  private static let silentRequests: Float = 0.01
  /// A caller may fare this much worse than its peers.
  private static let margin: Float = 1.25
}
