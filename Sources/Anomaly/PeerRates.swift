/// In how many of its seconds each caller of one destination shows failure, slowness or unusual
/// answers, to tell a bad caller from a bad destination.
///
/// A caller is compared with the lower median of the other callers, so that neither one bad caller
/// nor two make the rest look bad, and a destination that fails everybody excuses everybody.
struct PeerRates: Sendable {
  private struct Caller {
    var key: UInt64
    var seconds: Float = 0
    /// For each request feature.
    var shown = SIMD8<Float>.zero

    var shares: SIMD8<Float> { shown / max(seconds, 1) }
  }

  let destination: UInt64
  private var callers: [Caller] = []
  private var second: UInt32 = 0
  /// For each feature, the shares just below and just above the middle of all callers but one.
  private var lower = SIMD8<Float>.zero
  private var upper = SIMD8<Float>.zero
  /// Callers that were active a moment ago.
  private var active = 0
  /// When the destination last answered somebody well.
  private var served: UInt32 = 0

  init(destination: UInt64) {
    self.destination = destination
  }

  var lastSeen: UInt32 { second }

  /// Bounds for a request of `caller` at `second`, from what was seen in the seconds before.
  mutating func floors(
    excluding caller: UInt64, at second: UInt32, _ betting: borrowing Betting
  ) -> PeerFloors {
    if second > self.second { open(second) }
    var shares = lower
    var others = active
    if let own = callers.first(where: { $0.key == caller }), own.seconds >= Self.activeSeconds {
      others -= 1
      shares = lower.replacing(with: upper, where: own.shares .<= lower)
    }
    guard others >= 1 else { return .alone }
    let bounds = shares * Self.margin
    var floors = PeerFloors()
    guard bounds != .zero else { return floors }
    for index in 0..<EntityRecord.requestFeatures
    where PeerFloors.answered & (1 << UInt8(index)) != 0 && bounds[index] > 0 {
      floors.levels[index] = betting.level(atLeast: Double(bounds[index]))
    }
    return floors
  }

  /// Takes in that the destination answered a request that needed no better credentials.
  mutating func noteServed(at second: UInt32) { served = max(served, second) }

  /// Whether the destination turns everybody away, so that being turned away is no caller's doing.
  ///
  /// Clients outside cost nothing, and could be each other's peers: one that is served speaks
  /// against all who are not.
  func excuses(_ floors: PeerFloors, client: Bool, at second: UInt32) -> Bool {
    guard !floors.isAlone, floors.levels[EntityRecord.Index.authFailures] >= Self.excused else {
      return false
    }
    return !client || second >= served &+ Self.servedSeconds
  }

  /// `opens`: the caller's first request of a second. `fresh`: features it shows from now on.
  mutating func count(_ caller: UInt64, opens: Bool, fresh: UInt16) {
    guard opens || fresh != 0 else { return }
    var index = callers.count
    if let known = callers.firstIndex(where: { $0.key == caller }) {
      index = known
    } else {
      guard callers.count < ScoringBounds.peersPerDestination else { return }
      callers.append(Caller(key: caller))
    }
    if opens { callers[index].seconds += 1 }
    for feature in 0..<EntityRecord.requestFeatures where fresh & (1 << UInt16(feature)) != 0 {
      callers[index].shown[feature] += 1
    }
  }

  /// Lets the past fade, drops who fell silent, and finds the middle of the rest.
  private mutating func open(_ next: UInt32) {
    let fade = Self.fades[Int(min(next - second, UInt32(Self.fades.count) - 1))]
    second = next
    for index in callers.indices {
      callers[index].seconds *= fade
      callers[index].shown *= fade
    }
    callers.removeAll { $0.seconds < Self.silentSeconds }
    let shares = callers.filter { $0.seconds >= Self.activeSeconds }.map(\.shares)
    active = shares.count
    guard active > 0 else { return }
    let middle = max(0, (active - 2) / 2)
    for lane in 0..<EntityRecord.requestFeatures {
      let sorted = shares.map { $0[lane] }.sorted()
      lower[lane] = sorted[middle]
      upper[lane] = sorted[min(middle + 1, active - 1)]
    }
  }

  /// A second counts half after two.
  private static let fades: [Float] = {
    var fade: Float = 1
    return (0..<64).map { _ in
      defer { fade *= 0.7 }
      return fade
    }
  }()
  private static let activeSeconds: Float = 0.5
  private static let silentSeconds: Float = 0.01
  /// Most of the other callers fail to authenticate too.
  private static let excused: Betting.Level = 55
  /// Seconds for which one answer shows that a destination serves clients.
  private static let servedSeconds: UInt32 = 60
  /// A caller may fare this much worse than its peers.
  private static let margin: Float = 1.25
}

/// What the other callers of a destination meet, as least bounds of the request features.
struct PeerFloors: Sendable {
  /// Nobody else calls the destination, so what it answers may be its own doing.
  private(set) var isAlone = false
  var levels = InlineArray<8, Betting.Level>(repeating: 0)

  /// The features that the destination has a hand in.
  static let answered: UInt8 =
    1 << UInt8(EntityRecord.Index.clientErrors) | 1 << UInt8(EntityRecord.Index.serverFailures)
    | 1 << UInt8(EntityRecord.Index.authFailures) | 1 << UInt8(EntityRecord.Index.unknownPaths)
    | 1 << UInt8(EntityRecord.Index.slowness) | 1 << UInt8(EntityRecord.Index.largeResponses)

  static let alone: PeerFloors = {
    var floors = PeerFloors()
    floors.isAlone = true
    for index in 0..<EntityRecord.requestFeatures where answered & (1 << UInt8(index)) != 0 {
      floors.levels[index] = Betting.off
    }
    return floors
  }()
}
