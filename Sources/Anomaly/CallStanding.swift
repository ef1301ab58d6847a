package import MeshModel

/// What a caller's requests to one workload met of late.
package struct CallStanding: Hashable, Sendable {
  package let caller: SPIFFEID
  package let destination: SPIFFEID
  /// By the word of the caller's side; without those that an action of ours stopped there.
  package let requests: RequestTally
  /// What our actions stopped: `total` of it, and `failed` of these before they left the caller.
  package let denied: RequestTally

  /// All that the caller sent.
  package var sent: UInt32 { requests.total &+ denied.failed }
}
