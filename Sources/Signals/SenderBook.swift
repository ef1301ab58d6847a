internal import MeshModel

/// The signals of one sender and the incidents they make up.
struct SenderBook: Hashable, Sendable {
  let sender: String
  private let limits: DeskLimits
  private(set) var states: [SignalID: SignalState] = [:]
  private(set) var incidents: [IncidentKey: Incident] = [:]
  /// Of those that fire, what led to no workload so far.
  private(set) var unattributed: [SignalID: Signal] = [:]

  init(sender: String, limits: DeskLimits) {
    self.sender = sender
    self.limits = limits
  }

  /// A signal whose beginning is recorded, or that is known by now to be about a workload. Evidence is
  /// given once an incident, and again as it becomes graver.
  mutating func begin(_ item: AttributedSignal, at now: Timestamp) -> [DeskEffect] {
    let signal = item.signal
    var effects: [DeskEffect] = []
    var until = deadline(of: signal, at: now)
    let key = incidentKey(of: item)
    let before =
      incidents[key]
      .map { (isNew: false, severity: $0.severity) } ?? (isNew: true, severity: nil)
    switch states[signal.id] {
    case .firing(let former, let standing, let begun):
      guard signal.started > begun || isFound(item) else { return [] }
      until = max(until, standing)
      unattributed[signal.id] = nil
      incidents[former]?.remove(signal.id)
      if former != key, let end = close(former, .expired) { effects.append(end) }
    case .resolving(_, let over), .resolved(_, let over):
      // Else it was over before it was told.
      guard signal.started > over else { return [] }
    case .expired, nil: break
    }
    guard now < until else {
      keep(.expired(at: now, of: signal.started), of: signal.id)
      if let end = close(key, .expired) { effects.append(end) }
      return effects
    }
    if makeRoom(for: signal.id) {
      incidents[key, default: Incident(item, key: key, at: now)].add(signal.id, signal.severity)
      states[signal.id] = .firing(in: key, until: until, of: signal.started)
      if item.attribution.subject == nil { remember(signal) }
    } else {
      incidents[key, default: Incident(item, key: key, at: now)]
        .overflow(until: until, signal.severity)
    }
    if let incident = incidents[key], let subject = key.subject.subject,
      before.isNew || incident.isGraver(than: before.severity)
    {
      let evidence = SignalEvidence(
        incident: incident.id, subject: subject, title: incident.title,
        severity: incident.severity)
      effects.append(.raise(evidence))
    }
    return effects
  }

  /// Whether what is told again of a firing signal leads to the workload that was not known before.
  func isFound(_ item: AttributedSignal) -> Bool {
    guard case .firing(let key, _, _) = states[item.signal.id], key.subject.subject == nil else {
      return false
    }
    return incidentKey(of: item).subject.subject != nil
  }

  /// Whether a signal that is told again stands long enough for that to be worth a record.
  func isWorthRepeating(_ id: SignalID, at now: Timestamp) -> Bool {
    guard case .firing(_, let until, _) = states[id] else { return false }
    return until <= now.adding(milliseconds: limits.firingSeconds * 5_000 / 6)
  }

  mutating func repeated(_ id: SignalID, at now: Timestamp) {
    guard case .firing(let key, let until, let begun) = states[id] else { return }
    let longer = now.adding(milliseconds: limits.firingSeconds * 1_000)
    states[id] = .firing(in: key, until: max(until, longer), of: begun)
  }

  /// Takes a firing signal out of its incident before that is recorded: nothing holds up a release. An
  /// end that is older than what fires is not its own.
  mutating func release(_ id: SignalID, of over: Timestamp, at now: Timestamp) -> DeskEffect? {
    guard case .firing(let key, _, let begun) = states[id], over >= begun else { return nil }
    states[id] = .resolving(since: now, of: over)
    let before = incidents[key]?.severity
    if let end = leave(id, key, .resolved) { return end }
    guard let incident = incidents[key], let subject = key.subject.subject,
      incident.severity != before
    else { return nil }
    return .lessen(incident: incident.id, subject: subject)
  }

  mutating func resolved(_ id: SignalID, of over: Timestamp, at now: Timestamp) {
    switch states[id] {
    case .firing: return
    case .resolving(_, let known), .resolved(_, let known):
      keep(.resolved(at: now, of: max(known, over)), of: id)
    case .expired, nil: keep(.resolved(at: now, of: over), of: id)
    }
  }

  mutating func expire(_ id: SignalID, at now: Timestamp) -> DeskEffect? {
    guard case .firing(let key, _, let begun) = states[id] else { return nil }
    states[id] = .expired(at: now, of: begun)
    return leave(id, key, .expired)
  }

  /// Forgets what ended long ago, and closes incidents that only what was not told apart held open.
  mutating func tidy(at now: Timestamp) -> [DeskEffect] {
    states = states.filter { _, state in
      switch state {
      case .firing: true
      case .resolving(let at, _), .resolved(let at, _), .expired(let at, _):
        now < at.adding(milliseconds: limits.endedSeconds * 1_000)
      }
    }
    var effects: [DeskEffect] = []
    let over = incidents.values.filter { $0.overflow.map { $0.until <= now } ?? false }
    for incident in over.sorted(by: { $0.id < $1.id }) {
      incidents[incident.key]?.endOverflow()
      if let effect = close(incident.key, .expired) { effects.append(effect) }
    }
    return effects
  }

  /// Firing signals whose time is up, sorted.
  func due(at now: Timestamp) -> [SignalID] {
    states.compactMap { id, state in
      guard case .firing(_, let until, _) = state, until <= now else { return nil }
      return id
    }.sorted()
  }

  private mutating func leave(
    _ id: SignalID, _ key: IncidentKey, _ end: DeskEffect.End
  ) -> DeskEffect? {
    unattributed[id] = nil
    incidents[key]?.remove(id)
    return close(key, end)
  }

  private mutating func close(_ key: IncidentKey, _ end: DeskEffect.End) -> DeskEffect? {
    guard let incident = incidents[key], incident.isOver else { return nil }
    incidents[key] = nil
    return key.subject.subject.map { .release(incident: incident.id, subject: $0, end) }
  }

  private mutating func remember(_ signal: Signal) {
    let kept = unattributed.values.reduce(0) { $0 + $1.kibibytes }
    guard kept + signal.kibibytes <= limits.unattributedKibibytes else { return }
    unattributed[signal.id] = signal
  }

  private func incidentKey(of item: AttributedSignal) -> IncidentKey {
    let own = IncidentKey.about(sender: sender, item.attribution, name: item.signal.name)
    let flood = IncidentKey.flood(sender: sender)
    let count = incidents.count - (incidents[flood] == nil ? 0 : 1)
    return incidents[own] != nil || count < limits.incidentsPerSender ? own : flood
  }

  private func deadline(of signal: Signal, at now: Timestamp) -> Timestamp {
    switch signal.status {
    case .firing, .resolved: now.adding(milliseconds: limits.firingSeconds * 1_000)
    case .occurred: signal.started.adding(milliseconds: limits.occurredSeconds * 1_000)
    }
  }

  private mutating func keep(_ state: SignalState, of id: SignalID) {
    if makeRoom(for: id) { states[id] = state }
  }

  /// Of those that ended the oldest goes first; what fires or is being recorded stays.
  private mutating func makeRoom(for id: SignalID) -> Bool {
    if states[id] != nil || states.count < limits.signalsPerSender { return true }
    let ended = states.compactMap { id, state -> (at: Timestamp, id: SignalID)? in
      switch state {
      case .firing, .resolving: nil
      case .resolved(let at, _), .expired(let at, _): (at, id)
      }
    }
    guard let oldest = ended.min(by: { ($0.at, $0.id) < ($1.at, $1.id) }) else { return false }
    states[oldest.id] = nil
    return true
  }
}
