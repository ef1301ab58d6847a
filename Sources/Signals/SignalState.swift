package import MeshModel

/// Where a signal stands, once something of it is recorded. See `SignalDesk`.
package enum SignalState: Hashable, Sendable {
  case firing(in: IncidentKey, until: Timestamp)
  /// Released, and that it was resolved is not recorded yet.
  case resolving(since: Timestamp)
  case resolved(at: Timestamp)
  case expired(at: Timestamp)
}
