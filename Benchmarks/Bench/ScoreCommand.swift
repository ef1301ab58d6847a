internal import Anomaly
internal import ArgumentParser
internal import BenchMessages
internal import MeshModel

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score observations of many callers: three records for each, and the guards.",
    discussion: "Time passes as at 500,000 observations a second.")

  @Option(help: "Entities: callers, calls and routes together.")
  var entities = 10_000

  @Option(help: "Observations to score once all entities exist.")
  var observations = 3_000_000

  func run() throws {
    let callers = max(1, entities / 3)
    var scorer = Scorer(
      thresholds: [.anomaly: AlarmLevel.throttle.score], entities: Self.powerOfTwo(entities),
      secret: 1)
    let idle = peakResidentBytes()
    // Each destination reports of sixty-four callers.
    let destinations = max(1, callers / 64)
    let batches = try (0..<destinations).map { destination in
      var batch = ObservationBatch(
        reporter: ProxyID(principal: try Self.identity("d\(destination)"), node: "n"),
        vantage: .destination)
      for caller in 0..<64 {
        batch.append(
          at: Timestamp(seconds: 1_700_000_000),
          peer: .workload(try Self.identity("c\(destination * 64 + caller)")), path: "/api",
          .answered(status: 200), durationMicroseconds: UInt32(1_000 + caller),
          responseBytes: 500)
      }
      return batch
    }
    let material = peakResidentBytes() - idle
    for batch in batches { _ = scorer.score(batch) }
    let memory = peakResidentBytes() - idle - material
    var scored = 0
    let before = processorSeconds()
    while scored < observations {
      for var batch in batches where scored < observations {
        let second = 1_700_000_001 + Int64(scored / 500_000)
        for index in batch.observations.indices {
          batch.observations[index].start = Timestamp(seconds: second)
        }
        _ = scorer.score(batch)
        scored += batch.observations.count
      }
    }
    let seconds = processorSeconds() - before
    print(
      """
      {"entities": \(scorer.entityCount), "observations": \(scored), \
      "nanosecondsPerObservation": \(seconds * 1e9 / Double(scored)), \
      "bytesPerEntity": \(Double(memory) / Double(max(1, scorer.entityCount)))}
      """)
  }

  private static func identity(_ name: String) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://\(Messages.trustDomain)/ns/shop/sa/\(name)")
  }

  private static func powerOfTwo(_ count: Int) -> Int {
    var size = 1_024
    while size < count + count / 8 { size *= 2 }
    return size
  }
}
