internal import MeshModel

/// First contacts of one subject, counted apart on each side of the request.
///
/// Neither side can vouch for the other: a caller's sidecar that claims successes does not cancel
/// the failures that the called sides saw. A failure is corroborated when both sides reported it.
struct WalkRecord: Sendable {
  struct Side: Sendable {
    var window = EventWindow(seconds: ScoringBounds.walkWindowSeconds)
    var failed = RecentKeys()
    var succeeded = RecentKeys()
  }

  private var source = Side()
  private var destination = Side()
  private var corroborated = EventWindow(seconds: ScoringBounds.walkWindowSeconds)
  /// The last destinations with a corroborated failure, so that one alone is not enough.
  private var corroboratedAt: [UInt64: Int64] = [:]

  /// Each success counts once, and not at all where the subject failed first.
  mutating func addSuccess(_ contact: UInt64, at second: Int64, _ vantage: Vantage) {
    switch vantage {
    case .source:
      guard !source.failed.contains(contact), source.succeeded.insert(contact) else { return }
      source.window.add(\.successes, at: second)
    case .destination, .gateway:
      guard !destination.failed.contains(contact), destination.succeeded.insert(contact)
      else { return }
      destination.window.add(\.successes, at: second)
      corroborated.add(\.successes, at: second)
    }
  }

  /// Whether the failure is new, and so may have raised a score.
  mutating func addFailure(
    _ contact: UInt64, _ observation: Observation, _ vantage: Vantage
  ) -> Bool {
    let second = observation.start.second
    let otherFailed: Bool
    switch vantage {
    case .source:
      guard source.failed.insert(contact) else { return false }
      source.window.add(\.failures, at: second)
      otherFailed = destination.failed.contains(contact)
    case .destination, .gateway:
      guard destination.failed.insert(contact) else { return false }
      destination.window.add(\.failures, at: second)
      otherFailed = source.failed.contains(contact)
    }
    if otherFailed, observation.destination != observation.source {
      corroborated.add(\.failures, at: second)
      note(observation.destination, at: second)
    }
    return true
  }

  func level(at second: Int64) -> SubjectRecord.Level {
    let oldest = second - Int64(ScoringBounds.walkWindowSeconds)
    let places = corroboratedAt.values.filter { $0 > oldest }.count
    return SubjectRecord.Level(
      score: max(Self.score(source.window, at: second), Self.score(destination.window, at: second)),
      // Every caller of a destination that fails everybody would look like a scanner.
      corroborated: places >= 2 ? Self.score(corroborated, at: second) : 0)
  }

  /// The window of the side that saw more.
  func loudest(at second: Int64) -> EventWindow {
    RandomWalkTest.steps(in: source.window, at: second)
      >= RandomWalkTest.steps(in: destination.window, at: second)
      ? source.window : destination.window
  }

  private mutating func note(_ destination: UInt64, at second: Int64) {
    if corroboratedAt[destination] == nil,
      corroboratedAt.count >= ScoringBounds.destinationsPerSubject,
      let oldest = corroboratedAt.min(by: { ($0.value, $0.key) < ($1.value, $1.key) })
    {
      corroboratedAt[oldest.key] = nil
    }
    corroboratedAt[destination] = max(corroboratedAt[destination] ?? second, second)
  }

  private static func score(_ window: EventWindow, at second: Int64) -> Double {
    RandomWalkTest.score(steps: RandomWalkTest.steps(in: window, at: second))
  }
}
