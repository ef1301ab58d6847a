internal import MeshModel

/// The signals of one sender and the incidents they make up.
struct SenderBook: Hashable, Sendable {
  let sender: String
  private let limits: DeskLimits
  private(set) var states: [SignalID: SignalState] = [:]
  private(set) var incidents: [IncidentKey: Incident] = [:]

  init(sender: String, limits: DeskLimits) {
    self.sender = sender
    self.limits = limits
  }

  /// A signal whose beginning is recorded. Evidence is given once an incident, and again as it
  /// becomes graver.
  mutating func begin(_ item: AttributedSignal, at now: Timestamp) -> SignalEvidence? {
    let signal = item.signal
    switch states[signal.id] {
    // What began was over before it was told, or is told twice.
    case .firing, .resolving, .resolved: return nil
    case nil, .expired: break
    }
    let until = deadline(of: signal, at: now)
    guard now < until else {
      keep(.expired(at: now), of: signal.id)
      return nil
    }
    let key = incidentKey(of: item)
    let isNew = incidents[key] == nil
    var incident = incidents[key] ?? Incident(item, key: key, at: now)
    let isGraver = incident.raise(to: signal.severity)
    if incident.members.count < limits.membersPerIncident, makeRoom(for: signal.id) {
      incident.members.insert(signal.id)
      states[signal.id] = .firing(in: key, until: until)
    } else {
      incident.overflow(until: until)
    }
    incidents[key] = incident
    guard isNew || isGraver, let subject = key.subject.subject else { return nil }
    return SignalEvidence(
      incident: incident.id, subject: subject, title: incident.title, severity: incident.severity)
  }

  /// Whether a signal that is told again stands long enough for that to be worth a record.
  func isWorthRepeating(_ id: SignalID, at now: Timestamp) -> Bool {
    guard case .firing(_, let until) = states[id] else { return false }
    return until <= now.adding(milliseconds: limits.firingSeconds * 5_000 / 6)
  }

  mutating func repeated(_ id: SignalID, at now: Timestamp) {
    guard case .firing(let key, let until) = states[id] else { return }
    let longer = now.adding(milliseconds: limits.firingSeconds * 1_000)
    states[id] = .firing(in: key, until: max(until, longer))
  }

  /// Takes a firing signal out of its incident before that is recorded: nothing holds up a release.
  mutating func release(_ id: SignalID, at now: Timestamp) -> DeskEffect? {
    guard case .firing(let key, _) = states[id] else { return nil }
    states[id] = .resolving(since: now)
    return leave(id, key, .resolved)
  }

  mutating func resolved(_ id: SignalID, at now: Timestamp) {
    keep(.resolved(at: now), of: id)
  }

  mutating func expire(_ id: SignalID, at now: Timestamp) -> DeskEffect? {
    guard case .firing(let key, _) = states[id] else { return nil }
    states[id] = .expired(at: now)
    return leave(id, key, .expired)
  }

  /// Forgets what ended long ago, and closes incidents that only what was not told apart held open.
  mutating func tidy(at now: Timestamp) -> [DeskEffect] {
    states = states.filter { _, state in
      switch state {
      case .firing: true
      case .resolving(let at), .resolved(let at), .expired(let at):
        now < at.adding(milliseconds: limits.endedSeconds * 1_000)
      }
    }
    var effects: [DeskEffect] = []
    let over = incidents.values.filter { $0.overflow.map { $0.until <= now } ?? false }
    for incident in over.sorted(by: { $0.id < $1.id }) {
      incidents[incident.key]?.overflow = nil
      if let effect = close(incident.key, .expired) { effects.append(effect) }
    }
    return effects
  }

  /// Firing signals whose time is up, sorted.
  func due(at now: Timestamp) -> [SignalID] {
    states.compactMap { id, state in
      guard case .firing(_, let until) = state, until <= now else { return nil }
      return id
    }.sorted()
  }

  /// Evidence of all that is open, after a restart.
  var evidence: [SignalEvidence] {
    incidents.values.sorted { $0.id < $1.id }.compactMap { incident in
      incident.key.subject.subject.map {
        SignalEvidence(
          incident: incident.id, subject: $0, title: incident.title, severity: incident.severity)
      }
    }
  }

  private mutating func leave(
    _ id: SignalID, _ key: IncidentKey, _ end: DeskEffect.End
  ) -> DeskEffect? {
    incidents[key]?.members.remove(id)
    return close(key, end)
  }

  private mutating func close(_ key: IncidentKey, _ end: DeskEffect.End) -> DeskEffect? {
    guard let incident = incidents[key], incident.isOver else { return nil }
    incidents[key] = nil
    return key.subject.subject.map { .release(incident: incident.id, subject: $0, end) }
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
      case .resolved(let at), .expired(let at): (at, id)
      }
    }
    guard let oldest = ended.min(by: { ($0.at, $0.id) < ($1.at, $1.id) }) else { return false }
    states[oldest.id] = nil
    return true
  }
}
