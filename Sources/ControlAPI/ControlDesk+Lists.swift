internal import Access
internal import Anomaly
internal import ControlViews
internal import FeedbackLoop
internal import Hummingbird
internal import LoopRuntime
internal import MeshModel
internal import Notifications
internal import RuleScoring
internal import Signals

/// Lists that are made of what is in memory.
extension ControlDesk {
  func nodes(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(
      request.uri, names: ListQuery.paging.union(["principal", "namespace", "attached"]))
    let attached = try query.choice("attached", of: ["true", "false"]).map { $0 == "true" }
    let snapshot = await loop.snapshot
    let proxies = snapshot.proxies.filter { proxy, standing in
      let namespace = proxy.principal.namespace
      return caller.may(.nodes, in: namespace)
        && query["principal"].map { $0 == proxy.principal.description } ?? true
        && query["namespace"].map { $0 == namespace } ?? true
        && attached.map { $0 == standing.isAttached } ?? true
    }.sorted { $0.key < $1.key }
    let page = try Page(proxies, query)
    return JSONAnswer(
      NodeList(
        nodes: page.items.map { proxy, standing in
          NodeView(
            proxy, standing, isGateway: snapshot.gateways.contains(proxy.principal),
            at: snapshot.at)
        }, next: page.next)
    ).response
  }

  func services(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(
      request.uri, names: ListQuery.paging.union(["identity", "namespace"]))
    let (survey, snapshot) = (surveyor.survey, await loop.snapshot)
    let all = Set(snapshot.proxies.keys.map(\.principal)).union(survey.callers.keys)
      .union(survey.callees.keys)
    let identities = all.filter { identity in
      caller.may(.services, in: identity.namespace)
        && query["identity"].map { $0 == identity.description } ?? true
        && query["namespace"].map { $0 == identity.namespace } ?? true
    }.sorted()
    let page = try Page(identities, query)
    return JSONAnswer(
      ServiceList(
        at: survey.at?.rfc3339, services: page.items.map { ServiceView($0, survey, snapshot) },
        next: page.next)
    ).response
  }

  func scores(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(
      request.uri, names: ListQuery.paging.union(["subject", "namespace", "above"]))
    var above = -1.0
    if let text = query["above"] {
      guard let value = Double(text), (0...1).contains(value) else {
        throw ListQuery.wrong("above", "it must be a number from 0 to 1")
      }
      above = value
    }
    let (survey, snapshot) = (surveyor.survey, await loop.snapshot)
    let standings = survey.subjects.filter { standing in
      let namespace = standing.subject.principal.namespace
      return standing.score > above && caller.may(.scores, in: namespace)
        && query["subject"].map { $0 == standing.subject.description } ?? true
        && query["namespace"].map { $0 == namespace } ?? true
    }
    let page = try Page(standings, query)
    let thresholds = snapshot.policies.thresholds
    return JSONAnswer(
      ScoreList(
        at: survey.at?.rfc3339,
        scores: page.items.map {
          ScoreView($0, survey.series[$0.subject] ?? [], thresholds, snapshot)
        }, next: page.next)
    ).response
  }

  func rules(_ request: Request) async throws -> Response {
    let query = try ListQuery(request.uri, names: ListQuery.paging.union(["kind", "level"]))
    let all = await rules?.state.map { RuleList($0.rules, $0.statistics).rules } ?? []
    let page = try Page(
      all.filter { rule in
        query["kind"].map { $0 == rule.kind } ?? true
          && query["level"].map { $0 == rule.level } ?? true
      }, query)
    return JSONAnswer(RuleList(rules: Array(page.items), next: page.next)).response
  }

  func policies(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(request.uri, names: ListQuery.paging.union(["mode"]))
    let snapshot = await loop.snapshot
    let page = try Page(
      snapshot.policies.filter { policy in
        query["mode"].map { $0 == policy.mode.rawValue } ?? true
      }, query)
    return JSONAnswer(
      PolicyList(
        policies: page.items.map { PolicyView($0, snapshot, for: caller) }, next: page.next)
    ).response
  }

  func incidents(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(
      request.uri, names: ListQuery.paging.union(["sender", "subject", "namespace"]))
    let all = await openIncidents(for: caller).filter { incident in
      query["sender"].map { $0 == incident.key.sender } ?? true
        && query["subject"].map { $0 == incident.key.subject.subject?.description } ?? true
        && query["namespace"].map { $0 == incident.key.subject.subject?.namespace } ?? true
    }
    let page = try Page(all, query)
    return JSONAnswer(
      IncidentList(incidents: page.items.map { IncidentView($0) }, next: page.next)
    ).response
  }

  /// The newest first. What is about no workload is for those who see the whole mesh.
  func openIncidents(for caller: Operator) async -> [Incident] {
    await signals?.standing.incidents.reversed().filter {
      caller.may(.incidents, in: $0.key.subject.subject?.namespace)
    } ?? []
  }

  /// Of dead letters everybody sees what is about subjects of their namespaces. Receivers and their
  /// counts are of all namespaces, and so for those who see the whole mesh.
  func notices(_ request: Request, _ caller: Operator) async throws -> Response {
    let query = try ListQuery(request.uri, names: ListQuery.paging.union(["receiver"]))
    let standing = await notices()
    let isMeant = { (name: String) in query["receiver"].map { $0 == name } ?? true }
    let letters = (standing?.deadLetters ?? []).reversed().filter { letter in
      // Only our own writing is in there.
      let subject = letter.notice.subject.flatMap { try? Subject(parsing: $0) }
      return isMeant(letter.receiver) && caller.may(.notices, in: subject?.principal.namespace)
    }
    let page = try Page(letters, query)
    return JSONAnswer(
      NoticeList(
        receivers: receivers(standing, for: caller).filter { isMeant($0.name) },
        deadLetters: page.items.map { NoticeList.DeadLetter($0) }, next: page.next)
    ).response
  }

  func receivers(_ standing: NoticeStanding?, for caller: Operator) -> [NoticeList.Receiver] {
    guard let standing, caller.may(.notices, in: nil) else { return [] }
    return standing.receivers.map { NoticeList.Receiver($0) }
  }
}
