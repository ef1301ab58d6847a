package import Actuators
internal import EnvoyAPI
internal import Logging
package import MeshModel
internal import SwiftProtobuf

/// The enforcements in force and the streams of all proxies.
///
/// A mailbox around `EnforcementTable` and one `DeltaSession` a stream: it writes nothing itself but
/// hands each stream its responses, in order.
package actor ControlPlane: Actuator {
  typealias Wire = Envoy_Service_Discovery_V3_DeltaDiscoveryResponse

  private struct Stream {
    var proxy: ProxyID
    var session: DeltaSession
    var build: ProxyBuild?
    var outbox: AsyncStream<Wire>.Continuation
  }

  /// What changed at a proxy, in order; the newest 100,000 are kept for a slow reader.
  package nonisolated let reports: AsyncStream<ProxyReport>
  private let reporter: AsyncStream<ProxyReport>.Continuation
  private let now: @Sendable () -> Timestamp
  private let logger = Logger(label: "flyball.xds")
  private let prober: SPIFFEID?
  private var table: EnforcementTable
  private var streams: [String: Stream] = [:]

  /// `prober`: the identity that probes whether quarantines are in force; nil for no probes.
  package init(prober: SPIFFEID? = nil, now: @escaping @Sendable () -> Timestamp) {
    self.prober = prober
    table = EnforcementTable(prober: prober)
    self.now = now
    (reports, reporter) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100_000))
  }

  /// Encodes one rule of each kind and forgets it.
  ///
  /// The first encoding of a message makes the Swift runtime look up its conformances, tens of
  /// milliseconds that the first attack after a start would otherwise have for itself.
  package nonisolated func warmUp() throws {
    let end = Timestamp(microseconds: 0)
    let clusters = [ClusterName(parsing: "warm-up")].compactMap(\.self)
    let stages: [Stage] =
      [.quarantine, .throttle(Rate(perSecond: 1, burst: 1))] + clusters.map { .reroute(to: $0) }
    for stage in stages {
      var rules = [Rule(name: "warm-up", match: .ownOutbound, stage: stage, notAfter: end)]
      if let prober, stage == .quarantine {
        rules.append(
          Rule(
            name: ActionID(number: 0).description, match: .peer(prober), stage: stage,
            notAfter: end, prober: prober))
      }
      let content = FilterContent(filter: stage.filter, rules: rules)
      let response = DeltaSession.Response.content(content, nonce: "", ttlSeconds: nil)
      var rendered = RenderedContent()
      let _: [UInt8] = try response.wire(&rendered).serializedBytes()
    }
  }

  package func apply(_ enforcement: Enforcement, generation: UInt64) {
    table.apply(enforcement, generation: generation)
    push()
  }

  package func withdraw(_ action: ActionID, generation: UInt64) {
    table.withdraw(action, generation: generation)
    push()
  }

  /// Refreshes the lives that need it; called about once a second.
  package func refreshLives() {
    for id in streams.keys {
      guard let responses = streams[id]?.session.heartbeats(at: now()) else { continue }
      deliver(responses, to: id)
    }
  }

  func open(
    _ id: String, of proxy: ProxyID, build: ProxyBuild?,
    outbox: AsyncStream<Wire>.Continuation
  ) -> Bool {
    let siblings = streams.values.filter { $0.proxy.principal == proxy.principal }.count
    guard streams.count < Self.maximumStreams, siblings < Self.maximumStreamsPerPrincipal else {
      return false
    }
    streams[id] = Stream(
      proxy: proxy, session: DeltaSession(stream: id), build: build, outbox: outbox)
    return true
  }

  func handle(_ request: DeltaSession.Request, on id: String) {
    guard let stream = streams[id] else { return }
    let proxy = stream.proxy
    let responses =
      streams[id]?.session.handle(request, content: content(for: stream), at: now()) ?? []
    if let error = request.error {
      logger.error(
        "proxy rejected a configuration",
        metadata: ["proxy": "\(proxy)", "reason": "\(error.prefix(1024))"])
    }
    deliver(responses, to: id)
    report(proxy)
  }

  func close(_ id: String) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    stream.outbox.finish()
    report(stream.proxy)
  }

  private func push() {
    var rendered = RenderedContent()
    for (id, stream) in streams {
      let responses =
        streams[id]?.session.update(
          content: content(for: stream), at: now()) ?? []
      deliver(responses, to: id, &rendered)
    }
    let sessions = Dictionary(grouping: streams.values, by: \.proxy)
    for (proxy, streams) in sessions { report(proxy, streams) }
  }

  private func content(for stream: Stream) -> (Filter) -> FilterContent {
    { [table] in table.content(of: $0, at: stream.proxy.principal, build: stream.build) }
  }

  private func deliver(_ responses: [DeltaSession.Response], to id: String) {
    var rendered = RenderedContent()
    deliver(responses, to: id, &rendered)
  }

  private func deliver(
    _ responses: [DeltaSession.Response], to id: String, _ rendered: inout RenderedContent
  ) {
    for response in responses {
      do {
        guard let stream = streams[id] else { return }
        if case .enqueued = stream.outbox.yield(try response.wire(&rendered)) { continue }
        // The proxy does not read: without the stream it reconnects and gets everything anew.
        logger.error(
          "closed the stream of a proxy that does not read",
          metadata: ["proxy": "\(stream.proxy)"])
        close(id)
        return
      } catch {
        logger.critical("cannot encode a response", metadata: ["error": "\(error)"])
      }
    }
  }

  /// One proxy may hold two streams while it reconnects; the worse standing counts.
  private func report(_ proxy: ProxyID) {
    report(proxy, streams.values.filter { $0.proxy == proxy })
  }

  private func report(_ proxy: ProxyID, _ streams: [Stream]) {
    var filters: [Filter: DeltaSession.Status] = [:]
    for stream in streams {
      filters.merge(stream.session.statuses) { known, other in
        known == .accepted ? other : known
      }
    }
    // Two streams of a proxy that was replaced: the older build counts.
    let build = streams.compactMap(\.build).min { $0.version < $1.version }
    reporter.yield(
      ProxyReport(
        proxy: proxy, isAttached: !streams.isEmpty, generation: table.generation,
        filters: filters, build: build))
  }

  /// Bounds the memory that connections can take.
  private static let maximumStreams = 10_000
  /// So that one certificate cannot take all places.
  private static let maximumStreamsPerPrincipal = 512
}
