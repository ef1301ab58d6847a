internal import MeshModel

/// What an entity did while its evidence is high: the explanation in the making.
struct Episode: Sendable {
  let subject: Subject
  let since: Timestamp
  private var seconds = 0
  private var shown = [Int](repeating: 0, count: EntityRecord.features)
  private var destinations: [Destination] = []
  /// Who reported what showed.
  private(set) var witnesses: [SPIFFEID] = []
  /// When and with how much evidence it was last reported.
  var reported: (statistic: Double, at: Timestamp)?
  /// The levels counted for it, from the lowest.
  var alarms = 0

  init(subject: Subject, since: Timestamp) {
    self.subject = subject
    self.since = since
  }

  mutating func add(
    _ observation: Observation, opens: Bool, fresh: UInt16, in batch: ObservationBatch
  ) {
    if opens || seconds == 0 { seconds += 1 }
    guard fresh != 0 else { return }
    for index in 0..<EntityRecord.features where fresh & (1 << UInt16(index)) != 0 {
      shown[index] += 1
    }
    let destination = batch.destination(of: observation)
    if destinations.count < Detection.maximumDestinations, !destinations.contains(destination) {
      destinations.append(destination)
    }
    let witness = batch.reporter.principal
    if witnesses.count < ScoringBounds.witnesses, !witnesses.contains(witness) {
      witnesses.append(witness)
    }
  }

  /// `otherWitnesses`: of the other side's episode of the same entity.
  func detection(
    of record: EntityRecord, statistic: Double, corroborated: Double,
    otherWitnesses: [SPIFFEID], at now: Timestamp, _ betting: borrowing Betting
  ) -> Detection {
    let evidence = evidence(record, betting)
    let all = Set(witnesses).union(corroborated > 0 ? otherWitnesses : [])
    return Detection(
      subject: subject, detector: .anomaly, score: Self.score(statistic),
      corroborated: Self.score(corroborated), failures: evidence.first?.shown ?? 0,
      total: evidence.first?.total ?? 0, onset: since, at: now,
      destinations: destinations.sorted(),
      witnesses: Array(all.sorted().prefix(ScoringBounds.witnesses)), evidence: evidence)
  }

  /// A statistic as a score: 1e3 is 0.999.
  static func score(_ statistic: Double) -> Double {
    min(statistic / (1 + statistic), 1 - 1e-12)
  }

  func evidence(
    _ record: EntityRecord, _ betting: borrowing Betting
  ) -> [FeatureEvidence] {
    var found: [FeatureEvidence] = []
    for (index, feature) in Feature.allCases.enumerated() {
      let statistic = record.statistic(of: index)
      guard statistic >= 1, shown[index] > 0 else { continue }
      let level = Int(record.levels[index])
      found.append(
        FeatureEvidence(
          feature: feature, shown: shown[index],
          total: index < EntityRecord.secondFeatures ? seconds : max(1, seconds / 60),
          allowed: level < betting.bounds.count ? betting.bounds[level] : 1, seconds: statistic))
    }
    return Array(found.sorted { $0.seconds > $1.seconds }.prefix(3))
  }
}

/// The episodes of a shard, bounded, and bounded for each reporter.
struct Episodes: Sendable {
  private var entries: [UInt64: (episode: Episode, owner: UInt32, number: Int)] = [:]
  private var byOwner: [UInt32: Int] = [:]
  private var begun = 0

  subscript(key: UInt64) -> Episode? {
    get { entries[key]?.episode }
    set {
      if let newValue { entries[key]?.episode = newValue }
    }
  }

  /// Keys of the entities whose episodes had to go to make room: the reporter's own first.
  mutating func begin(_ key: UInt64, _ episode: Episode, owner: UInt32) -> [UInt64] {
    end(key)
    var displaced: [UInt64] = []
    if byOwner[owner, default: 0] >= ScoringBounds.episodesPerReporter {
      displaced = oldest { $0 == owner }
    } else if entries.count >= ScoringBounds.episodes {
      displaced = oldest { _ in true }
    }
    for key in displaced { end(key) }
    begun += 1
    entries[key] = (episode, owner, begun)
    byOwner[owner, default: 0] += 1
    return displaced
  }

  mutating func end(_ key: UInt64) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    let left = (byOwner[entry.owner] ?? 1) - 1
    byOwner[entry.owner] = left > 0 ? left : nil
  }

  func keys(of subject: Subject) -> [UInt64] {
    entries.filter { $0.value.episode.subject == subject }.map(\.key)
  }

  /// Keys of the entities of each subject that has episodes.
  var bySubject: [Subject: [UInt64]] {
    Dictionary(grouping: entries.keys) { entries[$0]?.episode.subject }
      .reduce(into: [:]) { if let subject = $1.key { $0[subject] = $1.value } }
  }

  /// A sixteenth at once, so that a flood does not sort them for each.
  private func oldest(where isCandidate: (UInt32) -> Bool) -> [UInt64] {
    let candidates = entries.filter { isCandidate($0.value.owner) }
      .map { (number: $0.value.number, key: $0.key) }
      .sorted { $0.number < $1.number }
    return candidates.prefix(max(1, candidates.count / 16)).map(\.key)
  }
}
