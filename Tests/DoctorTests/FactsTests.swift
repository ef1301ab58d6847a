internal import Doctor
internal import Testing

struct FactsTests {
  private func store(
    journalMode: String = "wal", damages: [String] = [], isNewer: Bool = false,
    freeBytes: Int64 = 8 << 30, bytes: Int64 = 3 << 20
  ) -> StoreFacts {
    StoreFacts(
      path: "/h.db",
      content: .init(
        schema: "1", isNewer: isNewer, journalMode: journalMode, damages: damages, actions: 3,
        openActions: 1, events: 40), unreadable: nil, bytes: bytes, freeBytes: freeBytes)
  }

  private func proxy(
    _ name: String = "a", isAttached: Bool = true, logStreams: Int = 1, isLossy: Bool = false,
    filters: [String: String] = ["f": "accepted"], incapacities: [String: String] = [:]
  ) -> DaemonFacts.Proxy {
    DaemonFacts.Proxy(
      name: name, principal: "spiffe://shop.demo/\(name)", isAttached: isAttached,
      isGateway: false, logStreams: logStreams, filters: filters,
      incapacities: incapacities, isLossy: isLossy, dropped: 7)
  }

  private func daemon(
    isPaused: Bool = false, unsafe: String? = nil, isHistoryWritable: Bool = true,
    load: String = "normal",
    gateways: [String] = [], _ proxies: DaemonFacts.Proxy...
  ) -> DaemonFacts {
    DaemonFacts(
      processID: 9, isPaused: isPaused, unsafe: unsafe, isHistoryWritable: isHistoryWritable,
      load: load, openActions: 2, proxies: proxies, gateways: gateways, stages: ["throttle"],
      filters: ["f"])
  }

  @Test("somebody with an identity that is kept for the self-test is a failure")
  func impersonated() {
    var facts = daemon(proxy())
    facts.isImpersonated = true
    #expect(
      complaints(facts.findings) == [
        "fail identities: an access log names a caller below /flyball/self-test, which no workload"
          + " may be"
      ])
  }

  private func complaints(_ findings: [Finding]) -> [String] {
    findings.filter { $0.level != .ok }.map { "\($0.level.rawValue) \($0.what): \($0.detail)" }
  }

  @Test("a feed is told with what it holds, how old that is, and why nothing newer is held")
  func feeds() {
    func finding(_ age: Int64?, refused: Int = 0, _ refusal: String? = nil) -> Finding {
      FeedFacts(
        name: "cti", indicators: 12, refused: refused, ageSeconds: age, everySeconds: 3_600,
        refusal: refusal, remedy: refusal.map { _ in "look at its url" }
      ).finding
    }
    #expect(finding(600) == .ok("feed cti", "12 indicators, 10 min old"))
    #expect(finding(10_800, refused: 3).detail == "12 indicators, 3 h old, 3 entries refused")
    #expect(finding(10_800).level == .ok && finding(10_801).level == .warn)
    #expect(
      finding(200_000).detail == "12 indicators, 2 d old, though it is fetched every 60 min")
    #expect(
      finding(600, "the server answered 404")
        == .warn(
          "feed cti", "keeps 12 indicators, 10 min old: the server answered 404",
          fix: "look at its url"))
    #expect(
      finding(nil, "the server answered 404")
        == .fail(
          "feed cti", "nothing is held: the server answered 404", fix: "look at its url"))
    #expect(finding(nil).level == .warn)
    let withheld = FeedFacts(
      name: "cti", indicators: 12, refused: 0, ageSeconds: 600, everySeconds: 3_600,
      refusal: "not shown", remedy: nil)
    #expect(withheld.finding.fix == "ask who may see the whole mesh")
  }

  @Test("a receiver that is not told is said, and what to do about it")
  func receivers() {
    func finding(waiting: Int = 0, failed: Int = 0, dead: Int = 0) -> Finding {
      ReceiverFacts(name: "chat", told: 7, waiting: waiting, failed: failed, dead: dead).finding
    }
    #expect(finding(failed: 3) == .ok("receiver chat", "7 told, 0 wait"))
    #expect(finding(waiting: 2).level == .ok)
    #expect(
      finding(waiting: 2, failed: 1)
        == .warn(
          "receiver chat", "2 notices wait after 1 attempts that failed, 7 told",
          fix: "flyball notify test chat --config FILE says what it answers"))
    #expect(finding(dead: 1).fix == "flyball get notices names them, and why")
  }

  @Test("a healthy history is told with its size")
  func healthyStore() {
    #expect(complaints(store().findings).isEmpty)
    #expect(
      store().findings.first?.detail == "schema 1, 3 actions (1 open), 40 events, 3 MiB")
    let absent = StoreFacts(
      path: "/h.db", content: nil, unreadable: nil, bytes: 0, freeBytes: nil)
    #expect(complaints(absent.findings).isEmpty)
  }

  @Test("damage, a newer file, and what cannot be read fail; another journal is said")
  func sickStore() {
    #expect(
      complaints(store(damages: ["row 3 missing"]).findings) == ["fail integrity: row 3 missing"])
    #expect(
      complaints(store(isNewer: true).findings) == [
        "fail history: /h.db was written by a newer flyball"
      ])
    #expect(
      complaints(store(journalMode: "delete").findings) == [
        "warn durability: journal_mode is delete, not wal"
      ])
    let unreadable = StoreFacts(
      path: "/h.db", content: nil, unreadable: "not a database", bytes: 1, freeBytes: nil)
    #expect(complaints(unreadable.findings) == ["fail history: /h.db: not a database"])
  }

  @Test("little room on the disk is said, and almost none fails")
  func disk() {
    #expect(
      complaints(store(freeBytes: 100 << 20).findings) == [
        "warn disk: 100 MiB free, the history uses 3 MiB"
      ])
    #expect(
      complaints(store(freeBytes: 2 << 30, bytes: 3 << 30).findings) == [
        "warn disk: 2 GiB free, the history uses 3 GiB"
      ])
    #expect(
      complaints(store(freeBytes: 63 << 20).findings) == [
        "fail disk: 63 MiB free, the history uses 3 MiB"
      ])
  }

  @Test("a clock that nobody disciplines is said, and a daemon's that left the wall clock fails")
  func clock() {
    func clock(
      _ kernel: ClockFacts.Synchronisation, _ ahead: Double?
    ) -> [String] {
      complaints(ClockFacts(kernel: kernel, daemonAheadMilliseconds: ahead).findings)
    }
    #expect(clock(.synchronised(errorMilliseconds: 3), 40).isEmpty)
    #expect(clock(.unknown, nil).isEmpty)
    #expect(clock(.unsynchronised, nil).count == 1)
    #expect(
      clock(.unknown, -700) == [
        "warn daemon's clock: the daemon's clock is 700 ms behind the wall clock"
      ])
    #expect(
      clock(.unknown, 2_000) == [
        "fail daemon's clock: the daemon's clock is 2000 ms ahead of the wall clock"
      ])
  }

  @Test("a daemon that acts on proxies without fault has no complaint")
  func healthyDaemon() {
    #expect(complaints(daemon(proxy("a"), proxy("b")).findings).isEmpty)
  }

  @Test("a daemon that is paused, overloaded or stopped acting says so")
  func restrainedDaemon() {
    #expect(
      complaints(daemon(isPaused: true, load: "hold", proxy()).findings) == [
        "warn acting: paused: no new action starts; releases go on",
        "warn load: hold: telemetry comes faster than it is scored",
      ])
    #expect(
      complaints(daemon(unsafe: "disk full", proxy()).findings) == [
        "fail acting: stopped: disk full"
      ])
    let fixes = [true, false].map { isWritable in
      daemon(unsafe: "why", isHistoryWritable: isWritable, proxy()).findings.compactMap(\.fix)[0]
    }
    #expect(fixes[0].hasPrefix("report it") && fixes[1].hasPrefix("mend the history's disk"))
  }

  @Test("each fault of a proxy is told with its name")
  func sickProxies() {
    let findings = daemon(
      proxy("away", isAttached: false), proxy("bare", filters: [:]),
      proxy("slow", filters: ["f": "pending"]), proxy("old", filters: ["f": "rejected: no"]),
      proxy("mute", logStreams: 0), proxy("lossy", isLossy: true),
      proxy("weak", incapacities: ["throttle": "runs Envoy 1.31.0", "reroute": "lacks lua"])
    ).findings
    #expect(
      complaints(findings) == [
        "warn proxy away: is not attached: nothing can be enforced there",
        "warn proxy bare: does not subscribe to f",
        "warn proxy slow: has not answered for f",
        "warn proxy old: f rejected: no",
        "warn proxy mute: sends no access log: what it sees counts for nothing",
        "warn proxy lossy: drops entries of its access log (7 since it started): its silence proves"
          + " nothing",
        "warn proxy weak: cannot throttle: runs Envoy 1.31.0",
      ])
  }

  @Test("no proxy is said; a mesh of which less than half is seen or reached fails")
  func coverage() {
    #expect(complaints(daemon().findings) == ["warn proxies: none is connected"])
    let half = daemon(proxy("a"), proxy("b", logStreams: 0))
    #expect(!half.findings.contains { $0.level == .fail })
    let less = daemon(proxy("a"), proxy("b", logStreams: 0), proxy("c", logStreams: 0))
    #expect(
      complaints(less.findings).first
        == "fail proxies: 3 known, 3 attached, 1 reporting, 1 without fault")
  }

  @Test("a gateway that is not connected is said")
  func gateways() {
    #expect(
      complaints(daemon(gateways: ["spiffe://shop.demo/g"], proxy()).findings) == [
        "warn gateway: spiffe://shop.demo/g is configured, and no proxy of it is connected"
      ])
  }

  @Test("of many proxies with faults the first twenty are named and the others counted")
  func manyProxies() {
    var facts = daemon()
    facts.proxies = (0..<50).map { proxy("n\($0)", isAttached: false) }
    let findings = complaints(facts.findings)
    #expect(findings.count == 22)
    #expect(findings.last == "warn proxies: 30 more have faults")
  }

  @Test("references that cannot be used are said")
  func references() {
    #expect(ReferencesFacts.absent(path: "r").finding.level == .ok)
    #expect(ReferencesFacts.sound(bytes: 1, ageSeconds: 2).finding.level == .ok)
    #expect(ReferencesFacts.unusable(path: "r", reason: "damaged").finding.level == .warn)
  }
}
