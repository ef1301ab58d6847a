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

  let destination: UInt64
  private var callers: [Caller] = []
  private var second: UInt32 = 0
  /// For each feature, the rates just below and just above the middle of all callers but one.
  private var lower = SIMD4<Float>.zero
  private var upper = SIMD4<Float>.zero
  /// Callers that were active a moment ago.
  private var active = 0

  init(destination: UInt64) {
    self.destination = destination
  }

  var lastSeen: UInt32 { second }

  /// Bounds for a request of `caller` at `second`, and counts the request.
  mutating func floors(
    excluding caller: UInt64, at second: UInt32, shown: UInt8, _ betting: borrowing Betting
  ) -> PeerFloors {
    if second > self.second { open(second) }
    var rates = lower
    var others = active
    if let index = callers.firstIndex(where: { $0.key == caller }) {
      if callers[index].requests >= Self.activeRequests {
        others -= 1
        rates = lower.replacing(with: upper, where: callers[index].rates .<= lower)
      }
      callers[index].requests += 1
      if shown != 0 { callers[index].shown += Self.flags(shown) }
    } else if callers.count < ScoringBounds.peersPerDestination {
      callers.append(Caller(key: caller, requests: 1, shown: Self.flags(shown)))
    }
    guard others >= 1 else { return .alone }
    let bounds = rates * Self.margin
    if bounds == .zero { return PeerFloors() }
    func level(_ bound: Float) -> Betting.Level {
      bound <= 0 ? 0 : betting.level(atLeast: Double(bound))
    }
    return PeerFloors(
      clientErrors: level(bounds.x), serverFailures: level(bounds.y),
      authFailures: level(bounds.z), slowness: level(bounds.w))
  }

  private static func flags(_ shown: UInt8) -> SIMD4<Float> {
    func bit(_ index: Int) -> Float { shown & (1 << UInt8(index)) != 0 ? 1 : 0 }
    return SIMD4(
      bit(EntityRecord.Index.clientErrors), bit(EntityRecord.Index.serverFailures),
      bit(EntityRecord.Index.authFailures), bit(EntityRecord.Index.slowness))
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
