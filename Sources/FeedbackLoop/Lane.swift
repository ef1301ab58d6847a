internal import MeshModel

/// Which actions of one subject displace each other: of each lane at most one is open. A shadow stands
/// beside what is enforced, and what a workload gets is tightened beside what it may send.
enum Lane: UInt64, Hashable, Sendable, CaseIterable {
  case pressing
  case tightening
  case shadowPressing
  case shadowTightening

  init(_ stage: Stage, isShadow: Bool) {
    switch stage {
    case .throttle, .reroute, .quarantine: self = isShadow ? .shadowPressing : .pressing
    case .tightenMTLS: self = isShadow ? .shadowTightening : .tightening
    }
  }
}

extension ActionRecord {
  var lane: Lane { Lane(stage, isShadow: isShadow) }
}

extension ResponsePolicy {
  /// All steps are of one lane.
  var lane: Lane { Lane(steps[0].stage, isShadow: mode == .shadow) }
}
