/// Which telemetry was dropped because it came faster than it could be scored; the raw value is its
/// metric label.
package enum Shedding: String, Hashable, Sendable, CaseIterable {
  /// Of a subject with an open action.
  case suspect
  case other
}
