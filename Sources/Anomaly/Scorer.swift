package import MeshModel

/// Scores callers from observations: the value inside a scoring shard.
///
/// A shard owns the callers, and apart from them the destinations, whose keys fall to it: at the
/// caller are the walk over its first contacts and the test of all it does; at the destination are
/// its calls and routes, because there the other callers are known. Each is kept apart for the two
/// sides that report, so that neither can vouch for the other. Clients outside the mesh are known to
/// one side only, the gateway they come to.
///
/// Deterministic: the same batches in the same order give the same detections. Denials and limits
/// by Flyball never count, and neither do such refusals as an action of ours live against a subject
/// makes, where its own sidecar passes them on, because the refusing proxy is not named there. What a
/// decoy answers is our doing too. And so is what a workload that meets the one or the other makes of
/// it, but no longer than it does meet them: nobody is to hide behind a workload that is acted on.
package struct Scorer: Sendable {
  private let shard: UInt64
  private let shards: UInt64
  private let secret: UInt64
  let betting = Betting()
  var guards: Guards
  var entities: EntityTable
  private var entitiesBy: [UInt32: Int] = [:]
  var contacts = KnownContacts()
  private var peers: [PeerRates] = []
  private var peerPlaces: [UInt64: Int] = [:]
  private var lastPeers: (destination: UInt64, place: Int)?
  /// Whose place the next destination takes, once all are taken.
  private var nextPeers = 0
  var episodes = Episodes()
  var deploys = Deploys()
  var newCalls = NewCalls()
  var services = ServiceTraffic()
  var shares = TrafficShares()
  var health = CallHealth()
  var denials = Denials()
  package internal(set) var calibration = Calibration()
  private var load = FleetLoad()
  /// The subjects of open actions, and of these, what is done to them now.
  var followed: [UInt64: Subject] = [:]
  var watched: Set<UInt64> = []
  var denied: Set<UInt64> = []
  var limited: Set<UInt64> = []
  var rerouted: Set<UInt64> = []
  var tightened: Set<UInt64> = []
  var isActing = false
  var rehearsal: Rehearsal?
  var spent: [UInt64: Timestamp] = [:]
  /// When a request of a watched subject last met what is done to it; at first, when that began.
  var met: [UInt64: LastMet] = [:]
  /// The beginning of the latest request that a batch began with.
  var latest = Timestamp(microseconds: 0)

  /// `secret` guards the tables against crafted keys and changes no decision.
  package init(
    thresholds: [Detector: Double], shard: Int = 0, of shards: Int = 1,
    entities: Int = ScoringBounds.entities, secret: UInt64
  ) {
    self.shard = UInt64(shard)
    self.shards = UInt64(shards)
    self.secret = secret
    guards = Guards(thresholds: thresholds)
    self.entities = EntityTable(limit: entities, secret: secret)
  }

  /// The same shard, knowing nothing.
  package var blank: Scorer {
    Scorer(
      thresholds: thresholds, shard: Int(shard), of: Int(shards), entities: entities.limit,
      secret: secret)
  }

  /// Detections are reported at or above these scores.
  package var thresholds: [Detector: Double] {
    get { guards.thresholds }
    set { guards.thresholds = newValue }
  }

  /// Scores a batch, and notes what became of the followed subjects' requests.
  package mutating func findings(in batch: ObservationBatch) -> Findings {
    var findings = Findings(detections: score(batch))
    guard !followed.isEmpty else { return findings }
    for observation in batch.observations where owns(observation.source) {
      guard let subject = followed[observation.source] else { continue }
      findings.note(observation, of: subject, in: batch)
    }
    for mark in batch.marks {
      let key = batch.subjectKey(of: mark)
      guard owns(key), let subject = followed[key] else { continue }
      findings.note(mark, of: subject, by: batch.reporter)
    }
    return findings
  }

  package mutating func score(_ batch: ObservationBatch) -> [Detection] {
    if batch.reporter.principal.isReserved { return rehearse(batch) }
    var detections: [Detection] = []
    if let first = batch.observations.first {
      contacts.turn(at: first.start.second)
      // What began before anything was reported begins with the first report.
      if latest == Timestamp(microseconds: 0) {
        met = met.mapValues { _ in LastMet(at: first.start) }
      }
      latest = max(latest, first.start)
    }
    for observation in batch.observations {
      if isActing, isEcho(observation, batch.vantage) || isSpent(observation) { continue }
      switch observation.outcome {
      case .denied, .limited, .rerouted:
        met[observation.source]?.note(observation.start, by: batch.names[0].key)
        noteDenial(observation, in: batch)
        continue
      case .answered, .connected, .unreachable: break
      }
      if owns(observation.source) { scoreCaller(observation, batch, &detections) }
      if owns(observation.destination) { scoreCall(observation, batch, &detections) }
    }
    countServices(in: batch, isActing: isActing, &detections)
    countTraffic(in: batch)
    for index in detections.indices {
      detections[index].trafficShare = trafficShare(
        of: detections[index].subject, before: detections[index].onset)
    }
    return detections
  }

  /// The highest score of any detector, 0 for an unknown subject.
  package func score(of subject: Subject, at now: Timestamp) -> Double {
    var score = guards.score(of: subject.key, at: now)
    let second = UInt32(clamping: now.second)
    for key in episodes.keys(of: subject) {
      guard let position = entities.find(key),
        second < entities[position].second &+ ScoringBounds.evidenceIdleSeconds
      else { continue }
      score = max(score, Episode.score(entities[position].actionable))
    }
    return score
  }

  package var subjectCount: Int { guards.subjectCount }
  package var entityCount: Int { entities.count }

  /// Whether the key falls to this shard.
  @inline(__always)
  package func owns(_ key: UInt64) -> Bool {
    ((key &>> 32) &* shards) &>> 32 == shard
  }
}

extension Scorer {
  enum Kind: UInt64 {
    case caller = 1
    case call = 2
    case route = 3
  }

  /// One entity in one observation: where it is, and the other side's key of the same; nil when only
  /// one side can report it.
  private struct Place {
    var kind: Calibration.EntityClass
    var position: Int
    var twin: UInt64?
  }

  /// The walk over its first contacts, and all it does.
  private mutating func scoreCaller(
    _ observation: Observation, _ batch: ObservationBatch, _ detections: inout [Detection]
  ) {
    let side = Self.side(of: batch)
    let reporter = batch.names[0].key
    let isClient = batch.vantage == .gateway
    // To a client of a gateway nothing is new that others reached before.
    let contact = Self.mix(isClient ? side : observation.source ^ side, observation.contact)
    let isKnown = contacts.contains(contact)
    if let trial = observation.trial {
      if !trial.failed { contacts.insert(contact, by: reporter) }
      if let found = guards.walk(observation, isKnown: isKnown, in: batch) {
        detections.append(found)
      }
    }
    var event = EntityEvent(observation, isKnownPath: isKnown)
    let pair = Self.mix(observation.source ^ side, observation.destination)
    var begins = false
    if !isClient, !contacts.isYoung(pair) {
      let isNew = !contacts.contains(pair)
      if isNew { event.show(EntityRecord.Index.newDestinations) }
      // Destinations have a share of their own, which paths cannot use up. What cannot be remembered
      // looks new each time.
      let isRemembered = contacts.insert(pair, by: ~reporter)
      begins = isNew && isRemembered
    }
    event.destinationBit = 1 &<< UInt32(truncatingIfNeeded: observation.destination & 31)
    event.pathBit = 1 &<< UInt32(truncatingIfNeeded: contact & 31)
    guard
      let position = position(
        Self.mix(observation.source ^ side, Kind.caller.rawValue), reporter)
    else { return }
    if !deploys.isEmpty {
      relearnIfDeployed(position, [observation.source], at: observation.start.second)
    }
    let outcome = entities[position].score(event, .alone, load: &load, betting)
    let twin = Self.otherSide(of: batch).map {
      Self.mix(observation.source ^ $0, Kind.caller.rawValue)
    }
    let place = Place(kind: isClient ? .client : .caller, position: position, twin: twin)
    follow(outcome, event, place, observation, batch, &detections)
    if begins, !entities[position].isCold {
      newCalls.begin(pair, observation, in: batch)
    } else if !isClient, newCalls.mayContain(pair) {
      followNewCall(pair, observation, batch, &detections)
    }
  }

  /// The call, its route, and the bucket of its authentication failures, weighed against what the
  /// destination's other callers meet.
  private mutating func scoreCall(
    _ observation: Observation, _ batch: ObservationBatch, _ detections: inout [Detection]
  ) {
    let reporter = batch.names[0].key
    let isClient = batch.vantage == .gateway
    let destination = observation.destination ^ Self.side(of: batch)
    let path = Self.mix(destination, observation.path)
    var event = EntityEvent(observation, isKnownPath: contacts.contains(path))
    if observation.authenticated == true { contacts.insert(path, by: reporter) }
    event.pathBit = 1 &<< UInt32(truncatingIfNeeded: path & 31)
    let pair = Self.mix(destination, observation.source)
    let otherPair = Self.otherSide(of: batch).map {
      Self.mix(observation.destination ^ $0, observation.source)
    }
    let peerPlace = peerPlace(destination)
    let floors = peers[peerPlace].floors(
      excluding: observation.source, at: event.second, betting)
    if observation.authenticated == true { peers[peerPlace].noteServed(at: event.second) }
    if !peers[peerPlace].excuses(floors, client: isClient, at: event.second),
      let found = guards.authentication(observation, in: batch)
    {
      detections.append(found)
    }
    guard let call = position(Self.mix(pair, Kind.call.rawValue), reporter) else { return }
    if !deploys.isEmpty {
      relearnIfDeployed(
        call, [observation.source, observation.destination], at: observation.start.second)
    }
    let outcome = entities[call].score(event, floors, load: &load, betting)
    peers[peerPlace].count(observation.source, opens: outcome.opens, fresh: outcome.fresh)
    let callPlace = Place(
      kind: isClient ? .client : .call, position: call,
      twin: otherPair.map { Self.mix($0, Kind.call.rawValue) })
    follow(outcome, event, callPlace, observation, batch, &detections)
    // Clients come and go: what they do route by route is not learned.
    guard !isClient else { return }
    scoreRoute(of: call, pair, otherPair, event, floors, observation, batch, &detections)
  }

  private mutating func scoreRoute(
    of call: Int, _ pair: UInt64, _ otherPair: UInt64?, _ event: EntityEvent,
    _ floors: PeerFloors, _ observation: Observation, _ batch: ObservationBatch,
    _ detections: inout [Detection]
  ) {
    let key = Self.mix(pair, observation.route ^ Kind.route.rawValue)
    if entities.find(key) == nil {
      guard entities[call].routes < ScoringBounds.routesPerCall else { return }
      entities[call].routes += 1
    }
    guard let route = position(key, batch.names[0].key) else { return }
    if !deploys.isEmpty {
      relearnIfDeployed(
        route, [observation.source, observation.destination], at: observation.start.second)
    }
    var event = event
    event.pathBit = 0
    let outcome = entities[route].score(event, floors, load: &load, betting)
    let twin = otherPair.map { Self.mix($0, observation.route ^ Kind.route.rawValue) }
    let place = Place(kind: .route, position: route, twin: twin)
    follow(outcome, event, place, observation, batch, &detections)
  }

  /// Keeps the explanation of an entity whose evidence is high, and reports it.
  private mutating func follow(
    _ outcome: EntityRecord.Outcome, _ event: EntityEvent, _ place: Place,
    _ observation: Observation, _ batch: ObservationBatch, _ detections: inout [Detection]
  ) {
    let position = place.position
    if outcome.opens, !entities[position].isCold { calibration.countSecond(of: place.kind) }
    guard outcome.fresh != 0 || entities[position].hasEpisode else { return }
    let statistic = entities[position].statistic
    let key = entities[position].key
    if !entities[position].hasEpisode {
      guard statistic >= ScoringBounds.episodeLevel else { return }
      entities[position].hasEpisode = true
      let displaced = episodes.begin(
        key, Episode(subject: batch.source(of: observation), since: observation.start),
        owner: entities[position].owner)
      for key in displaced {
        if let position = entities.find(key) { entities[position].hasEpisode = false }
      }
    } else if statistic < 1 {
      entities[position].hasEpisode = false
      episodes.end(key)
      return
    }
    episodes[key]?.add(observation, opens: outcome.opens, fresh: outcome.fresh, in: batch)
    guard outcome.fresh != 0 else { return }
    countAlarms(of: place.kind, position, key)
    if let found = detection(place, key, at: observation.start) {
      detections.append(found)
    }
  }

  /// A finding, when it is above the threshold and not a repetition.
  private mutating func detection(
    _ place: Place, _ key: UInt64, at now: Timestamp
  ) -> Detection? {
    guard let threshold = thresholds[.anomaly], let episode = episodes[key] else { return nil }
    let record = entities[place.position]
    let statistic = record.actionable
    if record.isCold, statistic < ScoringBounds.quarantineLevel { return nil }
    guard Episode.score(statistic) >= threshold else { return nil }
    if let reported = episode.reported, statistic < reported.statistic * 10,
      now.microseconds &- reported.at.microseconds < ScoringBounds.repeatMicroseconds
    {
      return nil
    }
    episodes[key]?.reported = (statistic, now)
    let twin = place.twin.flatMap { entities.find($0) }.map { entities[$0] }
    return episode.detection(
      of: record, statistic: statistic,
      corroborated: twin.map { min(statistic, record.corroborated(by: $0)) } ?? 0,
      otherWitnesses: place.twin.flatMap { episodes[$0]?.witnesses } ?? [], at: now, betting)
  }

  /// A reporter that has made the shard remember its share displaces its own quiet entities; nil
  /// when none is found, and then the new one is not scored.
  private mutating func position(_ key: UInt64, _ reporter: UInt64) -> Int? {
    if let found = entities.find(key) { return found }
    let owner = UInt32(truncatingIfNeeded: reporter)
    if entitiesBy[owner, default: 0] >= ScoringBounds.entitiesPerReporter {
      guard let displaced = entities.removeQuiet(of: owner) else { return nil }
      forget(displaced)
    }
    var record = EntityRecord(key: key, owner: owner)
    record.expectPrior(betting)
    return admit(record)
  }

  @discardableResult
  mutating func admit(_ record: EntityRecord) -> Int {
    entitiesBy[record.owner, default: 0] += 1
    let (position, displaced) = entities.insert(record)
    if let displaced { forget(displaced) }
    return position
  }

  private mutating func forget(_ displaced: EntityRecord) {
    episodes.end(displaced.key)
    let left = (entitiesBy[displaced.owner] ?? 1) - 1
    entitiesBy[displaced.owner] = left > 0 ? left : nil
  }

  /// Where the callers of a destination are compared; most batches are about one destination.
  private mutating func peerPlace(_ destination: UInt64) -> Int {
    if let lastPeers, lastPeers.destination == destination { return lastPeers.place }
    var place = peerPlaces[destination] ?? peers.count
    if place == peers.count {
      if peers.count < ScoringBounds.destinations {
        peers.append(PeerRates(destination: destination))
      } else {
        place = nextPeers
        nextPeers = (nextPeers + 1) % peers.count
        peerPlaces[peers[place].destination] = nil
        peers[place] = PeerRates(destination: destination)
      }
      peerPlaces[destination] = place
    }
    lastPeers = (destination, place)
    return place
  }
}
