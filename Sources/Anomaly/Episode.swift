internal import MeshModel

/// What an entity did while its evidence is high: the explanation in the making.
struct Episode: Sendable {
  let subject: SPIFFEID
  let since: Timestamp
  private(set) var lastSecond: UInt32 = 0
  private var requests = 0
  private var seconds = 0
  private var shown = [Int](repeating: 0, count: EntityRecord.features)
  private var destinations: [Destination] = []
  private var witnesses: [SPIFFEID] = []
  private(set) var paths = TopPaths()
  /// When and with how much evidence it was last reported.
  var reported: (statistic: Double, at: Timestamp)?

  init(subject: SPIFFEID, since: Timestamp) {
    self.subject = subject
    self.since = since
  }

  mutating func add(
    _ observation: Observation, shown bits: UInt8, interval: UInt8, second: UInt32,
    in batch: ObservationBatch
  ) {
    requests += 1
    if second > lastSecond {
      lastSecond = second
      seconds += 1
    }
    for index in 0..<EntityRecord.requestFeatures where bits & (1 << UInt8(index)) != 0 {
      shown[index] += 1
    }
    for index in 0..<EntityRecord.intervalFeatures where interval & (1 << UInt8(index)) != 0 {
      shown[EntityRecord.requestFeatures + index] += 1
    }
    guard bits != 0 else { return }
    paths.add(batch.bytes[observation.pathText.range])
    let destination = batch.destination(of: observation)
    if destinations.count < Detection.maximumDestinations, !destinations.contains(destination) {
      destinations.append(destination)
    }
    let witness = batch.reporter.principal
    if witnesses.count < ScoringBounds.witnesses, !witnesses.contains(witness) {
      witnesses.append(witness)
    }
  }

  func detection(
    of record: EntityRecord, statistic: Double, corroborated: Double, at now: Timestamp,
    _ betting: borrowing Betting
  ) -> Detection {
    let evidence = evidence(record, betting)
    return Detection(
      subject: subject, detector: .anomaly, score: Self.score(statistic),
      corroborated: Self.score(corroborated), failures: evidence.first?.shown ?? 0,
      total: evidence.first?.total ?? 0, onset: since, at: now,
      destinations: destinations.sorted(), witnesses: witnesses.sorted(), evidence: evidence)
  }

  /// A statistic as a score: 1e3 is 0.999.
  static func score(_ statistic: Double) -> Double { statistic / (1 + statistic) }

  private func evidence(
    _ record: EntityRecord, _ betting: borrowing Betting
  ) -> [FeatureEvidence] {
    var found: [FeatureEvidence] = []
    for (index, feature) in Feature.allCases.enumerated() {
      let statistic = record.statistic(of: index)
      guard statistic >= ScoringBounds.episodeLevel, shown[index] > 0 else { continue }
      let level = Int(record.levels[index])
      found.append(
        FeatureEvidence(
          feature: feature, shown: shown[index],
          total: index < EntityRecord.requestFeatures ? requests : seconds,
          allowed: level < betting.bounds.count ? betting.bounds[level] : 1, seconds: statistic))
    }
    return Array(found.sorted { $0.seconds > $1.seconds }.prefix(3))
  }
}

/// The most frequent of many paths in little memory.
///
/// Source: Metwally, Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in
/// Data Streams" (2005).
struct TopPaths: Sendable {
  private var entries: [(path: [UInt8], count: Int)] = []

  mutating func add(_ path: ArraySlice<UInt8>) {
    if let index = entries.firstIndex(where: { $0.path.elementsEqual(path) }) {
      entries[index].count += 1
    } else if entries.count < Self.capacity {
      entries.append((Array(path), 1))
    } else if let least = entries.indices.min(by: { entries[$0].count < entries[$1].count }) {
      entries[least] = (Array(path), entries[least].count + 1)
    }
  }

  /// Most frequent first.
  var paths: [String] {
    entries.sorted { $0.count > $1.count }.map { String(decoding: $0.path, as: UTF8.self) }
  }

  private static let capacity = 8
}
