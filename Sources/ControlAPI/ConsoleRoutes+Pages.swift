internal import Console
internal import ControlViews
internal import FeedbackLoop
internal import Hummingbird
internal import HummingbirdCore
internal import Access
internal import Anomaly
internal import TransparencyLog
internal import LoopRuntime
internal import MeshModel
internal import Notifications
internal import Telemetry

/// What each page is made of.
extension ConsoleRoutes {
  func now(_ look: ConsoleLook) async throws -> HTML {
    let open = look.snapshot.openActions.filter { action in
      !action.isSelfTest && look.caller.may(.actions, in: action.subject.principal.namespace)
    }.sorted { ($1.proposedAt, $0.id) < ($0.proposedAt, $1.id) }
    var closed = ActionFilter()
    closed.state = "closed"
    let lately = try await desk.history.actions(closed, limit: Self.shownLately).filter {
      look.caller.may(.actions, in: $0.subject.principal.namespace)
    }
    let ledger = scoring.ledger
    let files = open.map { ActionFile($0, look, stoppedShare: stoppedShare($0, look)) }
    let view = NowView(
      status: StatusView(look.snapshot, desk, for: look.caller),
      waiting: files.filter { $0.approval != nil }, live: files.filter { $0.approval == nil },
      closed: lately.map { ActionFile($0, look) }, nodes: nodes(look),
      ingest: NowView.Ingest(
        received: ledger.received, scored: ledger.scored,
        rejected: ledger.rejected.values.reduce(0, &+), shed: ledger.shed.values.reduce(0, &+),
        waiting: Int(clamping: ledger.waiting)),
      receivers: desk.receivers(await desk.notices(), for: look.caller),
      orders: look.may([look.snapshot.isPaused ? .resume : .pause, .revertAll], in: nil))
    return Screen.now(view, look.visit)
  }

  func nodes(_ look: ConsoleLook) -> [NodeView] {
    look.snapshot.proxies.filter { look.caller.may(.nodes, in: $0.key.principal.namespace) }
      .sorted { $0.key < $1.key }
      .map { proxy, standing in
        NodeView(
          proxy, standing, isGateway: look.snapshot.gateways.contains(proxy.principal),
          at: look.snapshot.at)
      }
  }

  func services(_ look: ConsoleLook) -> [ServiceView] {
    let (survey, snapshot) = (look.survey, look.snapshot)
    let all = Set(snapshot.proxies.keys.map(\.principal)).union(survey.callers.keys)
      .union(survey.callees.keys)
    return all.filter { look.caller.may(.services, in: $0.namespace) }.sorted()
      .prefix(Self.shownServices).map { ServiceView($0, survey, snapshot) }
  }

  func actions(_ look: ConsoleLook, _ request: Request) async throws -> HTML {
    let query = try Self.query(request, ["state", "subject", "policy", "after"])
    let (found, next) = try await desk.find(query, where: { _ in true }) {
      look.caller.may(.actions, in: $0)
    }
    let open = Dictionary(uniqueKeysWithValues: look.snapshot.openActions.map { ($0.id, $0) })
    return Screen.actions(
      ActionPage(
        actions: found.map { ActionFile(open[$0.id] ?? $0, look) },
        filter: .init(
          state: query["state"] ?? "", subject: query["subject"] ?? "",
          policy: query["policy"] ?? ""),
        next: next, mayOrder: look.caller.maySomewhere(.order)), look.visit)
  }

  func alerts(_ look: ConsoleLook, _ request: Request) async throws -> HTML {
    let query = try Self.query(request, ["subject", "detector", "policy", "after"])
    let (found, next) = try await desk.findAlerts(query, look.caller)
    return Screen.alerts(
      AlertPage(
        alerts: found.map { AlertView($0) },
        incidents: await desk.openIncidents(for: look.caller).map { IncidentView($0) },
        filter: .init(
          subject: query["subject"] ?? "", detector: query["detector"] ?? "",
          policy: query["policy"] ?? ""),
        next: next), look.visit)
  }

  func action(_ text: String, _ look: ConsoleLook) async throws -> HTML {
    guard let (action, events) = try await desk.action(text, look.snapshot),
      // Of what may not be seen not even the existence is told.
      look.caller.may(.action, in: action.subject.principal.namespace)
    else { throw Problem.notFound("no such action") }
    return Screen.action(
      ActionFile(
        action, look, events: events,
        objects: desk.objects(action.enforcement).map { .init(name: $0.name, text: $0.text) },
        neighbours: await neighbours(of: action.subject),
        stoppedShare: stoppedShare(action, look)), look.visit)
  }

  func scores(_ look: ConsoleLook, _ request: Request) async throws -> HTML {
    let query = try Self.query(request, ["subject"])
    let thresholds = look.snapshot.policies.thresholds
    let scores = look.survey.subjects.filter {
      ($0.score > 0 || look.survey.series[$0.subject] != nil)
        && look.caller.may(.scores, in: $0.subject.principal.namespace)
    }.prefix(Self.shownSubjects).map { standing in
      (
        standing.subject,
        ScoreView(
          standing, look.survey.series[standing.subject] ?? [], thresholds, look.snapshot)
      )
    }
    let asked = query["subject"]
    var course: ScorePage.Course?
    if let (subject, view) = scores.first(where: { asked == nil || $0.1.subject == asked }) {
      course = ScorePage.Course(
        view: view, markers: try await markers(of: subject, since: view.series.first),
        neighbours: await neighbours(of: subject),
        mayOrder: look.caller.may(.order, in: subject.principal.namespace))
    }
    return Screen.scores(ScorePage(scores: scores.map(\.1), chosen: course), look.visit)
  }

  func rules(_ look: ConsoleLook) async throws -> HTML {
    var enforced: [String: Int] = [:]
    var shadowed: [String: Int] = [:]
    for action in try await desk.history.actions(ActionFilter(), limit: Self.countedActions) {
      guard let rule = action.detection.rule?.id,
        look.caller.may(.actions, in: action.subject.principal.namespace)
      else { continue }
      if action.isShadow {
        shadowed[rule, default: 0] += 1
      } else {
        enforced[rule, default: 0] += 1
      }
    }
    let rules = await desk.rules?.state.map { RuleList($0.rules, $0.statistics).rules } ?? []
    return Screen.rules(
      rules.map {
        RuleRow(rule: $0, enforced: enforced[$0.id] ?? 0, shadowed: shadowed[$0.id] ?? 0)
      }, look.visit)
  }

  func audit(_ look: ConsoleLook, _ request: Request) async throws -> HTML {
    let query = try Self.query(request, ["action", "event", "after"])
    let (found, next) = try await desk.findRecords(query, look.caller)
    let standing = checkpoints()
    return Screen.audit(
      AuditPage(
        lines: found.map { HistoryView($0) },
        filter: .init(action: query["action"] ?? "", event: query["event"] ?? ""), next: next,
        chain: .init(
          records: standing.records, signed: standing.signed, exported: standing.exported,
          problem: standing.problem)), look.visit)
  }

  /// A form's fields that were left empty ask for nothing.
  static func query(_ request: Request, _ names: Set<String>) throws(Problem) -> ListQuery {
    var filled: [Substring] = []
    for part in (request.uri.query ?? "").split(separator: "&")
    where !part.hasSuffix("=") && !part.hasPrefix("done=") {
      filled.append(part)
    }
    return try ListQuery(
      URI("\(request.uri.path)?\(filled.joined(separator: "&"))"), names: names)
  }

  private func neighbours(of subject: Subject) async -> [Neighbour] {
    guard case .workload(let workload) = subject else { return [] }
    return await scoring.neighbours().first { $0.0 == workload }?.1.map { Neighbour($0) } ?? []
  }

  /// Of all requests of the mesh, those that are stopped in the name of actions against the subject.
  private func stoppedShare(_ action: ActionRecord, _ look: ConsoleLook) -> Double? {
    guard action.isLive, !action.isShadow, case .workload(let workload) = action.subject else {
      return nil
    }
    let all = look.survey.callees.values.joined().reduce(0) { $0 + Double($1.sent) }
    let stopped = (look.survey.callees[workload] ?? []).reduce(0) { $0 + Double($1.denied.total) }
    return all > 0 ? stopped / all : nil
  }

  /// What actions against it did in the time that is shown.
  private func markers(
    of subject: Subject, since first: ScoreView.Point?
  ) async throws -> [ScorePage.Marker] {
    var filter = ActionFilter()
    filter.subject = subject.description
    var markers: [ScorePage.Marker] = []
    for action in try await desk.history.actions(filter, limit: Self.markedActions) {
      guard let (_, events) = try await desk.history.action(action.id) else { continue }
      markers += events.filter { event in
        Self.markedEvents.contains(event.event)
          && event.at.microseconds >= first?.microseconds ?? .max
      }.map {
        ScorePage.Marker(
          at: $0.at, text: "\($0.event): \($0.detail.prefix(80))", action: action.id.description)
      }
    }
    return Array(markers.sorted { $0.at < $1.at }.suffix(Self.shownMarkers))
  }

  private static let markedEvents: Set<String> = [
    "intent", "effective", "releasing", "stepped-down", "reverted", "released", "failed", "expired",
  ]
  private static let shownLately = 6
  private static let shownSubjects = 200
  private static let shownServices = 2_000
  private static let countedActions = 500
  private static let markedActions = 4
  private static let shownMarkers = 12
}
