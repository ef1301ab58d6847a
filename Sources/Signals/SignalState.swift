package import MeshModel

/// Where a signal stands, once something of it is recorded. See `SignalDesk`.
package enum SignalState: Hashable, Sendable {
  case firing(in: IncidentKey, until: Timestamp)
  /// Released, and that it was resolved is not recorded yet; `of` as in `resolved`.
  case resolving(since: Timestamp, of: Timestamp)
  /// What is over, as its sender dates it: only what began later is something new.
  case resolved(at: Timestamp, of: Timestamp)
  case expired(at: Timestamp)
}
