package import MeshModel

/// What is known, told to whoever looks; in slices, so that no batch waits for more than one.
extension Scorer {
  /// What there is to be asked about, as it was at one moment.
  package struct Index: Sendable {
    /// Those with evidence first; among the rest there is no order.
    package let subjects: [Subject]
    package let calls: [UInt64]
    fileprivate let episodes: [Subject: [UInt64]]
  }

  /// At most `limit` subjects: those something was noted against, then all callers that are known.
  package func index(limit: Int) -> Index {
    let episodes = episodes.bySubject
    var seen: Set<Subject> = []
    var subjects: [Subject] = []
    for subject in episodes.keys where seen.insert(subject).inserted { subjects.append(subject) }
    for subject in guards.subjects where seen.insert(subject).inserted { subjects.append(subject) }
    for caller in health.callers where seen.insert(.workload(caller)).inserted {
      subjects.append(.workload(caller))
    }
    return Index(
      subjects: Array(subjects.prefix(limit)), calls: health.keys, episodes: episodes)
  }

  package func standings(
    _ range: Range<Int>, of index: Index, at now: Timestamp
  ) -> [SubjectStanding] {
    index.subjects[range].map { subject in
      var standing = SubjectStanding(
        subject: subject, levels: guards.levels(of: subject.key, at: now), warmUp: nil,
        evidence: [])
      let caller = Self.callerKeys(of: subject).compactMap { entities.find($0) }
        .max { (entities[$0].version, $0) < (entities[$1].version, $1) }
      standing.warmUp = caller.map { SubjectStanding.WarmUp(entities[$0]) }
      let second = UInt32(clamping: now.second)
      for key in index.episodes[subject] ?? [] {
        guard let position = entities.find(key), let episode = episodes[key],
          second < entities[position].second &+ ScoringBounds.evidenceIdleSeconds
        else { continue }
        let score = Episode.score(entities[position].actionable)
        guard score > standing.levels[.anomaly] ?? 0 else { continue }
        standing.levels[.anomaly] = score
        standing.evidence = episode.evidence(entities[position], betting)
      }
      return standing
    }
  }

  /// Calls of the present minute and the four before it.
  package func calls(_ range: Range<Int>, of index: Index, at now: Timestamp) -> [CallStanding] {
    let minute = UInt32(clamping: now.second) / 60
    return index.calls[range].compactMap { key in
      guard let (caller, destination, tally) = health.call(key, Self.toldMinutes, upTo: minute)
      else { return nil }
      let denied = denials.sum(of: key, Self.toldMinutes, upTo: minute)
      guard tally.total > 0 || denied.total > 0 else { return nil }
      return CallStanding(
        caller: caller, destination: destination, requests: tally, denied: denied)
    }
  }

  private static let toldMinutes: UInt32 = 5
}

extension SubjectStanding.WarmUp {
  fileprivate init(_ record: EntityRecord) {
    isCold = record.isCold
    version = Int(record.version)
    minutes = Int(record.learnedMinutes)
    requests = Int(record.learnedRequests)
  }
}
