internal import Access
internal import ControlViews
internal import FeedbackLoop
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel

/// Lists that are read from the history. Who may see few of many is shown pages that may be short,
/// or even empty, and lead on.
extension ControlDesk {
  func action(_ text: String, _ caller: Operator) async throws -> Response {
    let snapshot = await loop.snapshot
    guard let (action, events) = try await action(text, snapshot),
      // Of what may not be seen not even the existence is told.
      caller.may(.action, in: action.subject.principal.namespace)
    else { throw Problem.notFound("no such action") }
    return JSONAnswer(
      ActionView(action, fingerprint: snapshot.fingerprints[action.id], events: events)
    ).response
  }

  /// The action as it is, and its story so far: of one that was ordered this moment there is none yet.
  func action(
    _ text: String, _ snapshot: LoopSnapshot
  ) async throws -> (ActionRecord, [HistoryEvent])? {
    guard let id = ActionID(parsing: text) else { return nil }
    let live = snapshot.openActions.first { $0.id == id }
    let stored = try await history.action(id)
    return (live ?? stored?.0).map { ($0, stored?.1 ?? []) }
  }

  func actions(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(request.uri, names: ListQuery.paging.union(Self.actionNames))
    let snapshot = await loop.snapshot
    let open = Dictionary(uniqueKeysWithValues: snapshot.openActions.map { ($0.id, $0) })
    let (found, next) = try await find(query, where: { _ in true }) {
      caller.may(.actions, in: $0)
    }
    return JSONAnswer(
      ActionList(
        actions: found.map {
          ActionView(open[$0.id] ?? $0, fingerprint: snapshot.fingerprints[$0.id])
        }, next: next)
    ).response
  }

  func alerts(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(
      request.uri, names: ListQuery.paging.union(Self.actionNames).union(["detector", "rule"]))
    let (found, next) = try await findAlerts(query, caller)
    return JSONAnswer(AlertList(alerts: found.map { AlertView($0) }, next: next)).response
  }

  /// Orders are nobody's finding.
  func findAlerts(
    _ query: ListQuery, _ caller: Operator
  ) async throws -> ([ActionRecord], next: String?) {
    try await find(query) { action in
      let detection = action.detection
      return detection.detector != .order
        && query["detector"].map { $0 == detection.detector.rawValue } ?? true
        && query["rule"].map { $0 == detection.rule?.id || $0 == detection.rule?.name } ?? true
    } isVisible: {
      caller.may(.alerts, in: $0)
    }
  }

  func records(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(
      request.uri,
      names: ListQuery.paging.union(["action", "event", "namespace", "since", "until"]))
    let (found, next) = try await findRecords(query, caller)
    return JSONAnswer(HistoryList(records: found.map { HistoryView($0) }, next: next)).response
  }

  /// The records of a page, the newest first.
  func findRecords(
    _ query: ListQuery, _ caller: Operator
  ) async throws -> ([NumberedRecord], next: String?) {
    var filter = RecordFilter(.before(nil))
    if let text = query["after"] {
      guard let number = Int64(text), number > 0 else { throw ListQuery.badCursor }
      filter.order = .before(number)
    }
    if let text = query["action"] {
      guard let id = ActionID(parsing: text) else {
        throw ListQuery.wrong("action", "it must be the id of an action")
      }
      filter.action = id
    }
    filter.event = query["event"]
    filter.since = try query.instant("since")
    filter.until = try query.instant("until")
    let limit = try query.limit()
    let most = max(limit + 1, Self.leastRead)
    var shown: [NumberedRecord] = []
    var next: Int64?
    for _ in 0..<Self.maximumReads {
      let some = try await history.records(filter, limit: most)
      next = some.count == most ? some.last?.number : nil
      for record in some {
        let namespace = record.subject?.principal.namespace
        guard caller.may(.history, in: namespace),
          query["namespace"].map({ $0 == namespace }) ?? true
        else { continue }
        if shown.count == limit {
          next = shown.last?.number
          break
        }
        shown.append(record)
      }
      guard let number = next, shown.count < limit else { break }
      filter.order = .before(number)
    }
    return (shown, next.map { "\($0)" })
  }

  /// The actions of a page, by namespace and by what only the record tells.
  func find(
    _ query: ListQuery, where fits: (ActionRecord) -> Bool,
    isVisible: (String?) -> Bool
  ) async throws -> ([ActionRecord], next: String?) {
    var filter = try Self.filter(query)
    let limit = try query.limit()
    let most = max(limit + 1, Self.leastRead)
    var found: [ActionRecord] = []
    var last: ActionRecord?
    for _ in 0..<Self.maximumReads {
      let some = try await history.actions(filter, limit: most)
      last = some.count == most ? some.last : nil
      for action in some {
        let namespace = action.subject.principal.namespace
        guard isVisible(namespace), fits(action),
          query["namespace"].map({ $0 == namespace }) ?? true
        else { continue }
        if found.count == limit {
          last = found.last
          break
        }
        found.append(action)
      }
      guard let last, found.count < limit else { break }
      filter.after = ActionFilter.Place(proposedAt: last.proposedAt, id: last.id)
    }
    return (found, last.map { "\($0.proposedAt.microseconds).\($0.id)" })
  }

  private static func filter(_ query: ListQuery) throws(Problem) -> ActionFilter {
    var filter = ActionFilter()
    filter.state = try query.choice("state", of: states)
    filter.subject = query["subject"]
    filter.policy = query["policy"]
    filter.since = try query.instant("since")
    filter.until = try query.instant("until")
    if let text = query["after"] {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, let microseconds = Int64(parts[0]),
        let id = ActionID(parsing: parts[1])
      else { throw ListQuery.badCursor }
      filter.after = ActionFilter.Place(
        proposedAt: Timestamp(microseconds: microseconds), id: id)
    }
    return filter
  }

  private static let actionNames: Set<String> = [
    "state", "subject", "policy", "namespace", "since", "until",
  ]
  static let states = [
    "open", "closed", "awaiting-approval", "recording", "applying", "verifying", "holding",
    "releasing", "verifying-release", "released", "refused", "failed", "expired",
  ]
  /// The least rows that are read at once, and how often, to fill a page of what may be seen.
  private static let leastRead = 100
  private static let maximumReads = 8
}
