internal import Actuators
internal import MeshModel

/// A sidecar: what it was given, what it does with it, and what it tells.
///
/// It ends each rule by its own wall clock and each content by a life it counts itself, as Envoy
/// does. It never asks anybody before it reopens.
struct SimulatedProxy: Sendable {
  enum Character: Hashable, Sendable {
    case obedient
    /// Accepts and enforces nothing.
    case lying
    /// Accepts and keeps what it had.
    case stuck
    case rejecting
  }

  private struct Held: Sendable {
    var content: FilterContent
    /// A change reaches the workers a little after it is acknowledged.
    var activeFrom: Timestamp
    var before: [Rule]
    /// By a clock that nobody can set.
    var endsAt: Timestamp?
  }

  let id: ProxyID
  let workload: Int
  var character = Character.obedient
  var subscribed = SimulatedProxy.filters
  /// Those of our bootstraps that every proxy has.
  static let filters: Set<Filter> = [.rbac, .throttle]
  /// How far its wall clock is ahead.
  var clockMilliseconds: Int64 = 0
  var answerMilliseconds: Int64 = 2
  var hasAdmin = true
  /// Whether its process runs, and whether it reaches the controller.
  var isUp = true
  var isCutOff = false
  var isLogBroken = false
  /// The control stream it has open.
  var stream: Int?
  var hasLogStream = false
  /// When it last lost all it held.
  var startedAt: Timestamp
  var log: [LogEntry] = []
  var dropped: UInt64 = 0
  private var held: [Filter: Held] = [:]
  /// The filters of which it accepted something else than it holds.
  private(set) var pretended: Set<Filter> = []
  private var buckets: [String: (tokens: Double, at: Timestamp)] = [:]

  init(id: ProxyID, workload: Int, startedAt: Timestamp) {
    self.id = id
    self.workload = workload
    self.startedAt = startedAt
  }

  /// Its wall clock.
  func clock(at now: Timestamp) -> Timestamp { now.adding(milliseconds: clockMilliseconds) }

  /// Takes a response and gives the answer.
  mutating func take(
    _ response: DeltaSession.Response, at now: Timestamp
  ) -> DeltaSession.Request {
    switch response {
    case .content(let content, let nonce, let ttl):
      guard character != .rejecting else {
        return DeltaSession.Request(nonce: nonce, error: "this version is not supported")
      }
      if character == .stuck, held[content.filter] != nil {
        pretended.insert(content.filter)
      } else {
        pretended.remove(content.filter)
        held[content.filter] = Held(
          content: content, activeFrom: Self.inForce(from: now),
          before: rules(of: content.filter, at: now),
          endsAt: ttl.map { now.adding(milliseconds: Int64($0) * 1000) })
      }
      return DeltaSession.Request(nonce: nonce)
    case .heartbeat(let filter, let version, let nonce, let ttl):
      if let known = held[filter], known.content.version == version, isAlive(known, at: now) {
        held[filter]?.endsAt = now.adding(milliseconds: Int64(ttl) * 1000)
      }
      return DeltaSession.Request(nonce: nonce)
    case .removed(_, let nonce): return DeltaSession.Request(nonce: nonce)
    }
  }

  mutating func loseEverything(at now: Timestamp) {
    held = [:]
    pretended = []
    buckets = [:]
    log = []
    dropped = 0
    stream = nil
    hasLogStream = false
    startedAt = now
  }

  /// The rules it enforces now.
  func rules(at now: Timestamp) -> [Rule] {
    Filter.allCases.flatMap { rules(of: $0, at: now) }
  }

  /// The actions its live configuration shows.
  func shown(at now: Timestamp) -> Set<ActionID> {
    Set(
      held.values.filter { isAlive($0, at: now) }.flatMap { $0.content.rules.compactMap(\.action) })
  }

  /// The rule that stops a request of `caller` here, if one does.
  mutating func stops(_ caller: SPIFFEID, isOutbound: Bool, at now: Timestamp) -> Rule? {
    guard !held.isEmpty else { return nil }
    let match: Rule.Match = isOutbound ? .ownOutbound : .peer(caller)
    for rule in rules(at: now) where rule.match == match {
      switch rule.stage {
      case .quarantine: return rule
      case .reroute, .tightenMTLS: continue
      case .throttle(let rate): if !takeToken(rule.name, rate, at: now) { return rule }
      }
    }
    return nil
  }

  private func rules(of filter: Filter, at now: Timestamp) -> [Rule] {
    guard character != .lying, let held = held[filter], isAlive(held, at: now) else { return [] }
    let rules = now < held.activeFrom ? held.before : held.content.rules
    let clock = clock(at: now)
    return rules.filter { clock < $0.notAfter }
  }

  private func isAlive(_ held: Held, at now: Timestamp) -> Bool {
    held.endsAt.map { now < $0 } ?? true
  }

  private mutating func takeToken(_ name: String, _ rate: Rate, at now: Timestamp) -> Bool {
    var (tokens, at) = buckets[name] ?? (Double(rate.burst), now)
    tokens = min(
      Double(rate.burst), tokens + now.milliseconds(since: at) / 1000 * Double(rate.perSecond))
    at = now
    let isServed = tokens >= 1
    buckets[name] = (isServed ? tokens - 1 : tokens, at)
    return isServed
  }

  /// When what is accepted now is in force.
  static func inForce(from accepted: Timestamp) -> Timestamp {
    accepted.adding(milliseconds: workerMilliseconds)
  }

  private static let workerMilliseconds: Int64 = 20
}
