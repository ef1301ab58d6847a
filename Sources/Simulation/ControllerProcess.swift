internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import PlanCheck

/// What a crash takes away: the decision core, its lanes, the control plane and the scores.
struct ControllerProcess: Sendable {
  struct Stream: Sendable {
    var proxy: Int
    var session: DeltaSession
    /// When the last response arrives: a stream keeps its order.
    var arrivesAt: Timestamp
  }

  let number: Int
  let startedAt: Timestamp
  /// How far its clock is ahead; it reads the wall clock once, at its start.
  let clockMilliseconds: Int64
  var engine: LoopEngine
  /// Judges what leaves, apart from the decision core.
  var gate: PlanCheck
  var scores = ScoreModel()
  var watched: Set<Subject> = []
  /// The workloads whose neighbours are compared.
  var compared: Set<SPIFFEID> = []

  // The record lane.
  var unrecorded: [HistoryEntry] = []
  var writing: [HistoryEntry] = []
  /// How many entries of the write under way are durable although it fails; nil when it succeeds.
  var failsAfter: Int?
  /// A failed write is not tried again, and no other follows it.
  var isStoreDead = false

  // The act lane.
  var acts: [LoopEffect] = []
  var isActing = false

  // The control plane.
  var table = EnforcementTable()
  /// The same, for the checks.
  var enforced: [ActionID: Enforcement] = [:]
  var streams: [Int: Stream] = [:]

  /// When each proxy was first heard of.
  var known: [Int: Timestamp] = [:]
  /// Since when those of them that are gone are.
  var absentSince: [Int: Timestamp] = [:]
  var load = LoadState.normal

  func clock(at now: Timestamp) -> Timestamp { now.adding(milliseconds: clockMilliseconds) }
}
