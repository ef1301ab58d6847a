internal import Anomaly
internal import MeshModel

extension Scoring {
  /// What all shards know now: of one subject the shards' word is one.
  func survey(
    at now: Timestamp
  ) async -> (
    subjects: [SubjectStanding], calls: [CallStanding], inbound: [SPIFFEID: RequestTally]
  ) {
    var standings: [Subject: SubjectStanding] = [:]
    var calls: [CallStanding] = []
    for shard in shards {
      let index = await shard.index(limit: Self.surveyedSubjects)
      for slice in Self.slices(of: index.subjects.count) {
        for standing in await shard.standings(slice, of: index, at: now) {
          standings[standing.subject, default: standing].merge(standing)
        }
        await Task.yield()
      }
      for slice in Self.slices(of: index.calls.count) {
        calls += await shard.calls(slice, of: index, at: now)
        await Task.yield()
      }
    }
    for (detector, found) in rules?.scores(at: now) ?? [:] {
      for (subject, score) in found where score > 0 {
        standings[subject]?.add(score, of: detector)
      }
    }
    return (Array(standings.values), calls, inbound(at: now))
  }

  private static func slices(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: slice).map { $0..<min($0 + slice, count) }
  }

  /// Subjects, or calls, that a shard tells of before it goes on scoring: some tens of microseconds.
  private static let slice = 128
  /// Subjects that one shard is asked about.
  private static let surveyedSubjects = 4_096
}
