/// By how much the mesh as a whole is busier than its references: the median over the entities of a
/// shard, each second, of requests to their usual number.
///
/// A day's curve, a campaign, or callers that all retry raise every entity alike, and are nobody's
/// attack; a few attackers do not move a median.
struct FleetLoad: Sendable {
  private var median: Float = 1
  /// The share of entities, of late, whose second had an unusual rate.
  private var unusual: Float = 0

  /// Never below 1: a quiet mesh does not make its callers suspects. The median wavers by a tenth.
  var factor: Float { max(1, median * 1.1) }

  /// Most entities are unusual at once, faster than the median follows: rates tell nothing now.
  var isSudden: Bool { unusual > 0.5 }

  /// Takes in a second of one entity. Follows the median in small steps, within reason.
  @inline(__always)
  mutating func sample(_ ratio: Float, isUnusual: Bool) {
    median = min(max(ratio > median ? median * 1.02 : median / 1.02, 0.1), 100)
    unusual += ((isUnusual ? 1 : 0) - unusual) / 16
  }
}
