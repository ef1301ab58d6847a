/// What correlations did with the events they were given.
///
/// What is forgotten makes counts smaller and never greater; a window that might be judged wrongly
/// for it is not judged.
package struct CorrelationLedger: Hashable, Sendable {
  /// Events taken by a correlation; one event counts for each.
  package var taken = 0
  /// Without one of the fields to group by.
  package var ungrouped = 0
  /// Before others of their group, and put in their place.
  package var outOfOrder = 0
  /// Too long before others of their group, and left out.
  package var late = 0
  /// Of those in their place the ones for which only the newest windows were measured again.
  package var unrenewed = 0
  /// Forgotten because their group held as many as it may.
  package var dropped = 0
  /// Groups forgotten because there were as many as there may be, or too many events in all, and
  /// the events they held.
  package var evictedGroups = 0
  package var evictedEvents = 0
  /// Windows that met a condition only because events of theirs may be forgotten.
  package var unjudged = 0

  package init() {}

  package static func + (left: CorrelationLedger, right: CorrelationLedger) -> CorrelationLedger {
    var sum = left
    sum.taken += right.taken
    sum.ungrouped += right.ungrouped
    sum.outOfOrder += right.outOfOrder
    sum.late += right.late
    sum.unrenewed += right.unrenewed
    sum.dropped += right.dropped
    sum.evictedGroups += right.evictedGroups
    sum.evictedEvents += right.evictedEvents
    sum.unjudged += right.unjudged
    return sum
  }
}
