internal import MeshModel

/// How alerts about a workload ended that led to actions, as far as the history was read.
struct FollowedEnds: Hashable, Sendable {
  /// Those that led to an action.
  var incidents: Set<String> = []
  /// Of these, those that merely expired.
  var expired: Set<String> = []
  /// Of each sender what it resolved last, since it ceased to be a voice about the workload.
  var resolved: [String: EndedAlert] = [:]
}
