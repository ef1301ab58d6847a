package import MeshModel

/// What a shard knows against one subject at an instant, for whoever looks.
package struct SubjectStanding: Hashable, Sendable {
  /// How far the reference of what a caller usually does is learned, as the better known side has it.
  package struct WarmUp: Hashable, Sendable {
    package var isCold: Bool
    package var version: Int
    package var minutes: Int
    package var requests: Int
  }

  package let subject: Subject
  /// Of the detectors that tell anything of it, 0 to below 1.
  package internal(set) var levels: [Detector: Double]
  /// Nil where nothing is learned of it.
  package internal(set) var warmUp: WarmUp?
  /// What contributes to the anomaly's level, strongest first.
  package internal(set) var evidence: [FeatureEvidence]

  package var score: Double { levels.values.max() ?? 0 }

  /// Takes in a level that is known elsewhere.
  package mutating func add(_ score: Double, of detector: Detector) {
    levels[detector] = max(levels[detector] ?? 0, score)
  }

  /// Of one subject: each detector's highest level, and what the other knows where this knows nothing.
  package mutating func merge(_ other: SubjectStanding) {
    let isStronger = (other.levels[.anomaly] ?? 0) > (levels[.anomaly] ?? 0)
    if isStronger { evidence = other.evidence }
    for (detector, score) in other.levels { add(score, of: detector) }
    warmUp = warmUp ?? other.warmUp
  }
}
