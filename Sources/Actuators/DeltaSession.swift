package import MeshModel

/// One delta ADS stream as a state machine: what the proxy subscribed to, was sent and acknowledged.
///
///     subscribe ──> pending ──send──> sent ──ACK──> accepted ──change──> sent ...
///                                      └──NACK──> rejected ──change──> sent ...
///
/// Peer's fault, ignored: a nonce this stream never issued or has already settled, a subscription
/// to a name we do not serve (answered as removed). Subscription changes count even then. A NACK is
/// `error` set, never a comparison of versions, and is answered only by different content. Each
/// response carries one resource, because Envoy rejects a whole response for one bad resource.
package struct DeltaSession: Sendable {
  package struct Request: Hashable, Sendable {
    package var subscribe: [String]
    package var unsubscribe: [String]
    /// Empty unless the request answers a response.
    package var nonce: String
    /// The rejection's text; nil for an acknowledgement.
    package var error: String?

    package init(
      subscribe: [String] = [], unsubscribe: [String] = [], nonce: String = "",
      error: String? = nil
    ) {
      self.subscribe = subscribe
      self.unsubscribe = unsubscribe
      self.nonce = nonce
      self.error = error
    }
  }

  package enum Response: Hashable, Sendable {
    case content(FilterContent, nonce: String, ttlSeconds: Int?)
    /// Extends the life of what the proxy already has.
    case heartbeat(Filter, version: String, nonce: String, ttlSeconds: Int)
    case removed(names: [String], nonce: String)
  }

  package enum Status: Hashable, Sendable {
    case pending
    case accepted
    case rejected(String)
  }

  private struct Subscription: Sendable {
    var desired: FilterContent
    var sentVersion: String?
    var acceptedVersion: String?
    var rejected: (version: String, text: String)?
    var refreshedAt: Timestamp?
    var ttlSeconds: Int?
  }

  private let stream: String
  private var issued = 0
  private var subscriptions: [Filter: Subscription] = [:]
  private var outstanding: [String: (filter: Filter, version: String)] = [:]

  /// `stream` makes nonces unique across streams.
  package init(stream: String) {
    self.stream = stream
  }

  package mutating func handle(
    _ request: Request, content: (Filter) -> FilterContent, at now: Timestamp
  ) -> [Response] {
    settle(request)
    for name in request.unsubscribe {
      if let filter = Filter(rawValue: name) { subscriptions[filter] = nil }
    }
    var unknown: [String] = []
    for name in request.subscribe {
      guard let filter = Filter(rawValue: name) else {
        unknown.append(name)
        continue
      }
      // A repeated subscription means the proxy has lost the resource: it is sent again.
      subscriptions[filter] = Subscription(desired: content(filter))
    }
    let gone =
      unknown.isEmpty ? [] : [Response.removed(names: unknown, nonce: nextNonce())]
    return gone + send(at: now)
  }

  /// Takes the new content and sends what differs, additions before removals, so that a step from
  /// one filter to the other never leaves a gap.
  package mutating func update(
    content: (Filter) -> FilterContent, at now: Timestamp
  ) -> [Response] {
    for filter in subscriptions.keys { subscriptions[filter]?.desired = content(filter) }
    return send(at: now)
  }

  /// Refreshes each life that has less than two thirds left.
  package mutating func heartbeats(at now: Timestamp) -> [Response] {
    var responses: [Response] = []
    for filter in Filter.allCases {
      guard let subscription = subscriptions[filter], let ttl = subscription.ttlSeconds,
        let refreshed = subscription.refreshedAt, let version = subscription.sentVersion,
        subscription.acceptedVersion == version,
        now >= refreshed.adding(milliseconds: Int64(ttl) * 1000 / 3),
        let fresh = Self.ttlSeconds(of: subscription.desired, at: now)
      else { continue }
      let nonce = nextNonce()
      outstanding[nonce] = (filter, version)
      subscriptions[filter]?.refreshedAt = now
      subscriptions[filter]?.ttlSeconds = fresh
      responses.append(.heartbeat(filter, version: version, nonce: nonce, ttlSeconds: fresh))
    }
    return responses
  }

  /// Each subscribed filter's standing towards the content now desired.
  package var statuses: [Filter: Status] {
    subscriptions.mapValues { subscription in
      if subscription.acceptedVersion == subscription.desired.version { return .accepted }
      if let rejected = subscription.rejected, rejected.version == subscription.desired.version {
        return .rejected(rejected.text)
      }
      return .pending
    }
  }

  private mutating func settle(_ request: Request) {
    guard let answered = outstanding.removeValue(forKey: request.nonce) else { return }
    if let error = request.error {
      subscriptions[answered.filter]?.rejected = (
        answered.version, String(cutting: error, toBytes: 1024)
      )
      subscriptions[answered.filter]?.acceptedVersion = nil
    } else {
      subscriptions[answered.filter]?.acceptedVersion = answered.version
      subscriptions[answered.filter]?.rejected = nil
    }
  }

  private mutating func send(at now: Timestamp) -> [Response] {
    let due = subscriptions.filter { $0.value.sentVersion != $0.value.desired.version }
    let ordered = due.values.map(\.desired).sorted {
      ($1.rules.count, $0.filter.rawValue) < ($0.rules.count, $1.filter.rawValue)
    }
    return ordered.map { content in
      // What was answered or under way before says nothing of this, though its version be the same.
      outstanding = outstanding.filter { $0.value.filter != content.filter }
      subscriptions[content.filter]?.acceptedVersion = nil
      subscriptions[content.filter]?.rejected = nil
      let nonce = nextNonce()
      outstanding[nonce] = (content.filter, content.version)
      let ttl = Self.ttlSeconds(of: content, at: now)
      subscriptions[content.filter]?.sentVersion = content.version
      subscriptions[content.filter]?.refreshedAt = now
      subscriptions[content.filter]?.ttlSeconds = ttl
      return .content(content, nonce: nonce, ttlSeconds: ttl)
    }
  }

  private mutating func nextNonce() -> String {
    issued += 1
    if outstanding.count >= Self.maximumOutstanding { outstanding.removeAll() }
    return "\(stream)-\(issued)"
  }

  /// A second past the last deadline: the deadline inside the content decides, and this life, which
  /// the proxy counts on its own monotonic clock, ends the content where the wall clock is wrong.
  private static func ttlSeconds(of content: FilterContent, at now: Timestamp) -> Int? {
    guard let notAfter = content.notAfter, notAfter > now else { return nil }
    return Int((notAfter.milliseconds(since: now) / 1000).rounded(.up)) + 1
  }

  /// Unanswered responses a stream may have; past it older answers no longer count.
  private static let maximumOutstanding = 64
}
