internal import Anomaly
internal import FeedbackLoop
internal import Hummingbird
internal import Logging
package import LoopRuntime
package import MeshModel
package import Notifications
internal import ServiceLifecycle
package import ThreatIntelligence
package import TransparencyLog

/// Metrics and health over HTTP: `/metrics`, `/livez`, `/readyz`.
package struct HealthServer: Service {
  private let host: String
  private let port: Int
  private let loop: Loop
  private let scoring: Scoring
  private let pulse: Pulse
  private let version: String
  private let checkpoints: @Sendable () -> CheckpointStanding
  private let signals: SignalLane?
  private let notices: @Sendable () async -> NoticeStanding?
  private let feeds: @Sendable () -> [FeedStanding]
  private let now: @Sendable () -> Timestamp
  private let logger = Logger(label: "flyball.health")

  package init(
    host: String, port: Int, loop: Loop, scoring: Scoring, pulse: Pulse, version: String,
    checkpoints: @escaping @Sendable () -> CheckpointStanding, signals: SignalLane?,
    notices: @escaping @Sendable () async -> NoticeStanding?,
    feeds: @escaping @Sendable () -> [FeedStanding], now: @escaping @Sendable () -> Timestamp
  ) {
    self.host = host
    self.port = port
    self.loop = loop
    self.scoring = scoring
    self.pulse = pulse
    self.version = version
    self.checkpoints = checkpoints
    self.signals = signals
    self.notices = notices
    self.feeds = feeds
    self.now = now
  }

  package func run() async throws {
    let router = Router(context: BasicRequestContext.self)
    router.get("metrics") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
        body: .init(byteBuffer: ByteBuffer(string: await metrics())))
    }
    router.get("livez") { _, _ in
      pulse.isBeating ? answer(.ok, "ok") : answer(.serviceUnavailable, "the loop stands still")
    }
    router.get("readyz") { _, _ in
      if !pulse.isBeating { return answer(.serviceUnavailable, "the loop stands still") }
      if let reason = await loop.snapshot.unsafe { return answer(.serviceUnavailable, reason) }
      // What stops no action is no reason to take the daemon out of service.
      var problems = checkpoints().problem.map { ["checkpoints fail: \($0)"] } ?? []
      if scoring.rules?.isNearlyFull == true {
        problems.append("rules are behind: the oldest requests are left out")
      }
      return answer(.ok, (["ok"] + problems).joined(separator: ", but "))
    }
    let application = Application(
      router: router,
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(30),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16_384, maxHeaderListSize: 65_536, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: "flyball"),
      logger: logger)
    try await application.run()
  }

  private func answer(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(status: status, body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
  }

  private func metrics() async -> String {
    let snapshot = await loop.snapshot
    var text = MetricsText()
    text.add(
      "flyball_build_info", "gauge", "1, with the version that runs.", [(["version": version], 1)])
    text.addProcess()
    text.add(scoring.ledger)
    text.add(
      "flyball_load_state", "gauge", "0 normal, 1 thinning, 2 hold, 3 safe.",
      Double(snapshot.load.severity))
    text.add(
      "flyball_entities", "gauge", "Callers, calls and routes with a reference, each side apart.",
      Double(await scoring.entityCount()))
    text.add(
      "flyball_subjects", "gauge", "Subjects with evidence in memory.",
      Double(await scoring.subjectCount()))
    text.add(
      "flyball_proxies_attached", "gauge", "Proxies with an open control stream.",
      Double(snapshot.proxies.values.filter(\.isAttached).count))
    text.add(
      "flyball_proxies_reporting", "gauge", "Proxies whose access logs arrive.",
      Double(snapshot.proxies.values.filter(\.isReporting).count))
    text.add(
      "flyball_actions_open", "gauge", "Actions that are not closed.",
      Double(snapshot.openActions.count { !$0.isSelfTest }))
    text.add("flyball_paused", "gauge", "1 while paused.", snapshot.isPaused ? 1 : 0)
    text.add(
      "flyball_history_writable", "gauge", "0 once the history failed to be written.",
      snapshot.isHistoryWritable ? 1 : 0)
    text.add(checkpoints())
    text.add(
      "flyball_plan_trusted", "gauge", "0 once the plan check objected to an enforcement.",
      snapshot.isPlanTrusted ? 1 : 0)
    text.add(
      "flyball_actions_awaiting_approval", "gauge", "Actions that wait for an operator.",
      Double(snapshot.fingerprints.count))
    text.add(snapshot.tally)
    if let selfTest = snapshot.selfTest { text.add(selfTest) }
    text.add(await scoring.calibration())
    if let lane = scoring.rules, let state = await lane.state, let losses = await lane.losses {
      text.add(state.rules, state.statistics, losses, shed: lane.shed)
    }
    if let signals {
      let standing = await signals.standing
      text.add(standing.tally, incidents: standing.incidents)
    }
    if let standing = await notices() { text.add(standing) }
    let standings = feeds()
    if !standings.isEmpty, let lane = scoring.rules {
      text.add(standings, hits: await lane.indicatorHits, at: now())
    }
    return text.description
  }
}
