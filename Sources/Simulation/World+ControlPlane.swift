internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// The control plane around the real table and sessions, and the way to the proxies and back.
extension World {
  /// A proxy opens its streams, or tries again later.
  mutating func connect(_ number: Int) {
    let proxy = proxies[number]
    guard proxy.isUp, !proxy.isCutOff else { return }
    guard let running = process else {
      put(.connect(proxy: number), in: random.between(200...2_000))
      return
    }
    let instant = running.clock(at: now)
    if proxy.stream == nil {
      streams += 1
      proxies[number].stream = streams
      process?.streams[streams] = ControllerProcess.Stream(
        proxy: number, session: DeltaSession(stream: "s\(streams)"), arrivesAt: instant)
      let names = proxy.subscribed.map(\.rawValue).sorted()
      put(.requested(DeltaSession.Request(subscribe: names), stream: streams), in: travel())
      trace.note(.connected("\(proxy.id) opened its control stream"), at: now)
    }
    if !proxy.hasLogStream, !proxy.isLogBroken {
      proxies[number].hasLogStream = true
      put(.logsOpened(proxy: number, process: running.number), in: travel())
    }
  }

  mutating func handle(_ request: DeltaSession.Request, on stream: Int) {
    guard let running = process, let proxy = running.streams[stream]?.proxy else { return }
    let principal = proxies[proxy].id.principal
    hear(of: proxy)
    checks.answered(request, stream: stream, proxy: proxy, at: now)
    let responses =
      process?.streams[stream]?.session.handle(
        request, content: { running.table.content(of: $0, at: principal, build: nil) },
        at: running.clock(at: now)) ?? []
    send(responses, on: stream)
    report(proxy)
  }

  mutating func streamEnded(_ stream: Int) {
    guard let proxy = process?.streams.removeValue(forKey: stream)?.proxy else { return }
    report(proxy)
  }

  mutating func push() {
    guard let running = process else { return }
    for stream in running.streams.keys.sorted() {
      guard let proxy = running.streams[stream]?.proxy else { continue }
      let principal = proxies[proxy].id.principal
      let responses =
        process?.streams[stream]?.session.update(
          content: { running.table.content(of: $0, at: principal, build: nil) },
          at: running.clock(at: now)) ?? []
      send(responses, on: stream)
    }
    for proxy in Set(running.streams.values.map(\.proxy)).sorted() { report(proxy) }
  }

  mutating func refreshLives() {
    guard let running = process else { return }
    for stream in running.streams.keys.sorted() {
      let responses =
        process?.streams[stream]?.session.heartbeats(at: running.clock(at: now)) ?? []
      send(responses, on: stream)
    }
    put(.refreshLives(process: running.number), in: 1_000)
  }

  /// A response reaches a proxy, which takes it and answers, each as it is.
  mutating func deliver(_ response: DeltaSession.Response, on stream: Int) {
    guard let number = proxies.firstIndex(where: { $0.stream == stream }),
      proxies[number].isUp, !proxies[number].isCutOff
    else { return }
    let answer = proxies[number].take(response, at: now)
    put(
      .requested(answer, stream: stream), in: proxies[number].answerMilliseconds + travel())
  }

  mutating func logs(of proxy: Int, areOpen: Bool) {
    if areOpen { hear(of: proxy) }
    noteLogs(of: proxy, areOpen: areOpen)
    notePresence(of: proxy)
    give(.reporting(proxies[proxy].id, isOpen: areOpen))
  }

  mutating func receive(_ report: ProxyReport) {
    if let proxy = proxies.firstIndex(where: { $0.id == report.proxy }) { notePresence(of: proxy) }
    give(.proxy(report))
  }

  /// Remembers since when the controller is told of neither stream of a proxy.
  private mutating func notePresence(of proxy: Int) {
    guard let process else { return }
    let isPresent =
      checks.openLogs.contains(proxy) || process.streams.values.contains { $0.proxy == proxy }
    self.process?.absentSince[proxy] = isPresent ? nil : process.absentSince[proxy] ?? now
  }

  /// Asks every proxy that has an admin interface, while something is in force.
  mutating func askProxies() {
    guard let running = process else { return }
    put(.askProxies(process: running.number), in: 500)
    guard running.engine.openActions.contains(where: \.isInForce) else { return }
    for number in proxies.indices
    where proxies[number].hasAdmin && proxies[number].isUp && !proxies[number].isCutOff {
      guard running.known[number] != nil else { continue }
      put(
        .readback(proxy: number, askedAt: running.clock(at: now), process: running.number),
        in: travel())
    }
  }

  mutating func readBack(_ number: Int, _ askedAt: Timestamp) {
    guard proxies[number].isUp else { return }
    let shown = proxies[number].shown(at: now)
    noteReadback(number, shown, askedAt: askedAt)
    give(.readback(proxies[number].id, actions: shown, askedAt: askedAt))
    give(.dropped(proxies[number].id, total: proxies[number].dropped))
  }

  private mutating func hear(of proxy: Int) {
    if process?.known[proxy] == nil { process?.known[proxy] = now }
  }

  private mutating func send(_ responses: [DeltaSession.Response], on stream: Int) {
    for response in responses {
      checkResponse(response)
      guard let known = process?.streams[stream] else { return }
      let arrival = max(known.arrivesAt, now.adding(milliseconds: travel()))
      process?.streams[stream]?.arrivesAt = arrival
      checks.sent(response, on: stream, to: known.proxy)
      queue.put(.delivered(response, stream: stream), at: arrival)
    }
  }

  /// One proxy may hold two streams while it reconnects; the worse standing counts.
  private mutating func report(_ proxy: Int) {
    guard let running = process else { return }
    let sessions = running.streams.sorted { $0.key < $1.key }
      .filter { $0.value.proxy == proxy }.map(\.value.session)
    var filters: [Filter: DeltaSession.Status] = [:]
    for session in sessions {
      filters.merge(session.statuses) { known, other in known == .accepted ? other : known }
    }
    let report = ProxyReport(
      proxy: proxies[proxy].id, isAttached: !sessions.isEmpty,
      generation: running.table.generation, filters: filters)
    put(.report(report, process: running.number), in: 1)
  }

  mutating func travel() -> Int64 { random.between(plan.travelMilliseconds) }
}
