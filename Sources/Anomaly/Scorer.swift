package import MeshModel

/// Scores callers from observations: the value inside a scoring shard.
///
/// A shard owns the callers, and apart from them the destinations, whose keys fall to it: at the
/// caller are the walk over its first contacts and the test of all it does; at the destination are
/// its calls and routes, because there the other callers are known. Each is kept apart for the two
/// sides that report, so that neither can vouch for the other.
///
/// Deterministic: the same batches in the same order give the same detections. Denials and limits
/// by Flyball never count, and neither do refusals a subject's own sidecar passes on while an
/// action of ours is live against that subject, because the refusing proxy is not named there.
package struct Scorer: Sendable {
  private let shard: UInt64
  private let shards: UInt64
  private let secret: UInt64
  private let betting = Betting()
  private var guards: Guards
  var entities: EntityTable
  private var entitiesBy: [UInt32: Int] = [:]
  var contacts = KnownContacts()
  private var peers: [PeerRates] = []
  private var peerPlaces: [UInt64: Int] = [:]
  private var lastPeers: (destination: UInt64, place: Int)?
  private var episodes: [UInt64: Episode] = [:]
  private var watched: Set<UInt64> = []
  private var spent: [UInt64: Timestamp] = [:]

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

  package mutating func score(_ batch: ObservationBatch) -> [Detection] {
    var detections: [Detection] = []
    for observation in batch.observations {
      if !watched.isEmpty, isEcho(observation, batch.vantage) || isSpent(observation) { continue }
      switch observation.outcome {
      case .denied, .limited: continue
      case .answered, .connected, .unreachable: break
      }
      if owns(observation.source) { scoreCaller(observation, batch, &detections) }
      if owns(observation.destination) { scoreCall(observation, batch, &detections) }
    }
    return detections
  }

  /// The subjects against which something is in force, now.
  package mutating func watch(_ subjects: Set<SPIFFEID>) {
    watched = Set(subjects.map(\.key))
    spent = spent.filter { watched.contains($0.key) }
  }

  /// Forgets the evidence that led to an action. While the subject is watched, requests that began
  /// before `instant` count no more, however late their entries arrive.
  package mutating func spend(_ subject: SPIFFEID, before instant: Timestamp) {
    guards.forget(subject.key)
    for (key, episode) in episodes where episode.subject == subject {
      if let position = entities.find(key) { entities[position].forgetEvidence() }
      episodes[key] = nil
    }
    if watched.contains(subject.key) { spent[subject.key] = instant }
  }

  /// The highest score of any detector, 0 for an unknown subject.
  package func score(of subject: SPIFFEID, at now: Timestamp) -> Double {
    var score = guards.score(of: subject.key, at: now)
    let second = UInt32(clamping: now.second)
    for (key, episode) in episodes where episode.subject == subject {
      guard second &- episode.lastSecond <= ScoringBounds.evidenceIdleSeconds,
        let position = entities.find(key)
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
    (key &>> 32) &* shards &>> 32 == shard
  }

  private func isSpent(_ observation: Observation) -> Bool {
    spent[observation.source].map { observation.start < $0 } ?? false
  }

  private func isEcho(_ observation: Observation, _ vantage: Vantage) -> Bool {
    guard case .answered(let status, _) = observation.outcome, status == 403 || status == 429
    else { return false }
    // The caller of a workload that is cut off may be handed the refusal that workload met.
    return watched.contains(observation.destination)
      || vantage == .source && watched.contains(observation.source)
  }
}

extension Scorer {
  private enum Kind: UInt64 {
    case caller = 1
    case call = 2
    case route = 3
  }

  /// The walk over its first contacts, and all it does.
  private mutating func scoreCaller(
    _ observation: Observation, _ batch: ObservationBatch, _ detections: inout [Detection]
  ) {
    let side = Self.side(batch.vantage)
    let reporter = batch.names[0].key
    var event = EntityEvent(observation)
    let contact = Self.mix(observation.source ^ side, observation.trial?.contact ?? 0)
    let isKnown = contacts.contains(contact)
    if let trial = observation.trial, !trial.failed { contacts.insert(contact, by: reporter) }
    if let found = guards.walk(observation, isKnown: isKnown, in: batch) {
      detections.append(found)
    }
    event.judgeOutcome(observation.outcome, isKnownPath: isKnown)
    let pair = Self.mix(observation.source ^ side, observation.destination)
    event.judge(EntityRecord.Index.newDestinations, shows: !contacts.contains(pair))
    contacts.insert(pair, by: reporter)
    event.destinationBit = 1 &<< UInt32(truncatingIfNeeded: observation.destination & 31)
    event.pathBit = 1 &<< UInt32(truncatingIfNeeded: observation.contact & 31)
    let position = position(
      Self.mix(observation.source ^ side, Kind.caller.rawValue), reporter, event.second)
    take(
      event, shown: entities[position].shown(event), .alone, position, observation, batch,
      &detections)
  }

  /// The call, its route, and the bucket of its authentication failures, weighed against what the
  /// destination's other callers meet.
  private mutating func scoreCall(
    _ observation: Observation, _ batch: ObservationBatch, _ detections: inout [Detection]
  ) {
    let side = Self.side(batch.vantage)
    let reporter = batch.names[0].key
    let destination = observation.destination ^ side
    var event = EntityEvent(observation)
    let path = Self.mix(destination, observation.path)
    event.judgeOutcome(observation.outcome, isKnownPath: contacts.contains(path))
    if observation.authenticated == true { contacts.insert(path, by: reporter) }
    event.pathBit = 1 &<< UInt32(truncatingIfNeeded: path & 31)

    let pair = Self.mix(destination, observation.source)
    let call = position(Self.mix(pair, Kind.call.rawValue), reporter, event.second)
    let shown = entities[call].shown(event)
    let place = peerPlace(destination)
    let floors = peers[place].floors(
      excluding: observation.source, at: event.second, shown: shown, betting)
    if floors.authFailures < Self.excused || floors == .alone,
      let found = guards.authentication(observation, in: batch)
    {
      detections.append(found)
    }
    take(event, shown: shown, floors, call, observation, batch, &detections)

    var routeKey = Self.mix(pair, observation.route)
    if entities.find(routeKey) == nil {
      if entities[call].routes >= ScoringBounds.routesPerCall {
        routeKey = Self.mix(pair, Kind.route.rawValue)
      } else {
        entities[call].routes += 1
      }
    }
    let route = position(routeKey, reporter, event.second)
    event.pathBit = 0
    take(
      event, shown: entities[route].shown(event), floors, route, observation, batch, &detections)
  }

  private mutating func take(
    _ event: EntityEvent, shown: UInt8, _ floors: PeerFloors, _ position: Int,
    _ observation: Observation, _ batch: ObservationBatch, _ detections: inout [Detection]
  ) {
    let grew = entities[position].score(event, shown: shown, floors: floors, betting)
    guard grew || entities[position].hasEpisode else { return }
    let statistic = entities[position].statistic
    let key = entities[position].key
    guard entities[position].hasEpisode || statistic >= ScoringBounds.episodeLevel else { return }
    if !entities[position].hasEpisode {
      makeRoomForEpisode()
      entities[position].hasEpisode = true
    } else if statistic < 1 {
      entities[position].hasEpisode = false
      episodes[key] = nil
      return
    }
    episodes[
      key,
      default: Episode(subject: batch.source(of: observation), since: observation.start)
    ].add(
      observation, shown: shown, interval: entities[position].intervalShown,
      second: event.second, in: batch)
    if grew, let found = detection(key, position, observation, batch.vantage) {
      detections.append(found)
    }
  }

  /// A finding, when it is above the threshold and not a repetition.
  private mutating func detection(
    _ key: UInt64, _ position: Int, _ observation: Observation, _ vantage: Vantage
  ) -> Detection? {
    guard let threshold = thresholds[.anomaly], let episode = episodes[key] else { return nil }
    let record = entities[position]
    let counted = record.actionable
    if record.isCold, counted < ScoringBounds.quarantineLevel { return nil }
    guard Episode.score(counted) >= threshold else { return nil }
    if let reported = episode.reported, counted < reported.statistic * 10,
      observation.start.microseconds &- reported.at.microseconds
        < ScoringBounds.repeatMicroseconds
    {
      return nil
    }
    episodes[key]?.reported = (counted, observation.start)
    return episode.detection(
      of: record, statistic: counted,
      corroborated: min(counted, twin(of: position, observation, vantage)),
      at: observation.start, betting)
  }

  /// The evidence that the other side reports of the same entity.
  private func twin(
    of position: Int, _ observation: Observation, _ vantage: Vantage
  ) -> Double {
    guard observation.source != observation.destination else { return 0 }
    let other = Self.side(vantage == .source ? .destination : .source)
    let caller = Self.mix(observation.source ^ other, Kind.caller.rawValue)
    let pair = Self.mix(observation.destination ^ other, observation.source)
    let own = Self.mix(
      Self.mix(observation.destination ^ Self.side(vantage), observation.source),
      Kind.call.rawValue)
    let key = entities[position].key
    let isCaller =
      key == Self.mix(observation.source ^ Self.side(vantage), Kind.caller.rawValue)
    let twin =
      isCaller
      ? caller : key == own ? Self.mix(pair, Kind.call.rawValue) : Self.mix(pair, observation.route)
    return entities.find(twin).map { entities[$0].actionable } ?? 0
  }

  private mutating func position(_ key: UInt64, _ reporter: UInt64, _ second: UInt32) -> Int {
    if let found = entities.find(key) { return found }
    let owner = UInt32(truncatingIfNeeded: reporter)
    var record = EntityRecord(key: key, owner: owner)
    if entitiesBy[owner, default: 0] >= ScoringBounds.entitiesPerReporter {
      // Whoever invents entities gets one more, for all the rest.
      let rest = Self.mix(reporter, 0)
      if let found = entities.find(rest) { return found }
      record = EntityRecord(key: rest, owner: owner)
    }
    record.expectPrior(betting)
    return admit(record, at: second)
  }

  @discardableResult
  mutating func admit(_ record: EntityRecord, at second: UInt32) -> Int {
    entitiesBy[record.owner, default: 0] += 1
    let (position, displaced) = entities.insert(record, at: second)
    if let displaced {
      let left = (entitiesBy[displaced] ?? 1) - 1
      entitiesBy[displaced] = left > 0 ? left : nil
    }
    return position
  }

  /// Where the callers of a destination are compared; most batches are about one destination.
  private mutating func peerPlace(_ destination: UInt64) -> Int {
    if let lastPeers, lastPeers.destination == destination { return lastPeers.place }
    var place = peerPlaces[destination] ?? peers.count
    if place == peers.count {
      if peers.count < ScoringBounds.destinations {
        peers.append(PeerRates(destination: destination))
      } else {
        place = peers.indices.min { peers[$0].lastSeen < peers[$1].lastSeen } ?? 0
        peerPlaces[peers[place].destination] = nil
        peers[place] = PeerRates(destination: destination)
      }
      peerPlaces[destination] = place
    }
    lastPeers = (destination, place)
    return place
  }

  private mutating func makeRoomForEpisode() {
    guard episodes.count >= ScoringBounds.episodes else { return }
    let oldest = episodes.map { (second: $0.value.lastSecond, key: $0.key) }
      .sorted { ($0.second, $0.key) < ($1.second, $1.key) }
    for entry in oldest.prefix(ScoringBounds.episodes / 16) {
      episodes[entry.key] = nil
      if let position = entities.find(entry.key) { entities[position].hasEpisode = false }
    }
  }

  private static func side(_ vantage: Vantage) -> UInt64 {
    vantage == .source ? 0x5D58_8B65_6C07_8965 : 0xA076_1D64_78BD_642F
  }

  @inline(__always)
  private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    var hash = StableHash()
    hash.combine(left)
    hash.combine(right)
    return hash.value
  }

  /// Most of the other callers fail to authenticate too.
  private static let excused: Betting.Level = 55
}
