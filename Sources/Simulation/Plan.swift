package import FeedbackLoop
package import MeshModel

/// Everything a run is made of, drawn before it begins. Times are milliseconds of the run.
package struct Plan: Sendable {
  /// What a run is to show.
  package enum Mode: String, Sendable {
    /// Faults to the end: nothing forbidden happens.
    case safety
    /// Faults stop, then the attack: everything must settle.
    case liveness
  }

  package struct Workload: Sendable {
    package var identity: SPIFFEID
    package var proxies: Int
    /// The workloads it calls, as numbers.
    package var calls: [Int]
    package var pauseMilliseconds: Int64
  }

  package struct Attacker: Sendable {
    package var workload: Int
    package var profile: AttackProfile
    package var from: Int64
    package var until: Int64
  }

  /// Where a run is to crash: at the n-th place where it could.
  package struct Crash: Hashable, Sendable {
    package var place: Int
    package var kind: Kind
    package var restartMilliseconds: Int64

    package enum Kind: Hashable, Sendable {
      /// The process ends there.
      case clean
      /// It ends within a write of which so many entries are durable.
      case torn(durable: Int)
      /// The write fails, of which so many entries are durable, and the process goes on.
      case failed(durable: Int)
    }
  }

  package var seed: UInt64
  package var mode: Mode
  package var workloads: [Workload]
  package var attackers: [Attacker]
  package var policies: [ResponsePolicy]
  package var limits: LoopLimits
  package var faults: Set<Fault> = []
  package var crash: Crash?
  package var flushMilliseconds: Int64 = 50
  /// From the control plane to a proxy, and back.
  package var travelMilliseconds: ClosedRange<Int64> = 1...5
  package var writeMilliseconds: ClosedRange<Int64> = 2...8
  package var faultsEnd: Int64
  package var end: Int64

  package static let start = Timestamp(seconds: 1_800_000_000)

  static func identity(_ name: String) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: "spiffe://mesh.sim/ns/shop/sa/\(name)") else {
      preconditionFailure("the names of simulated workloads are fixed")
    }
    return identity
  }

  static func pattern(_ identity: SPIFFEID) -> SPIFFEPattern {
    guard let pattern = try? SPIFFEPattern(parsing: identity.description) else {
      preconditionFailure("every identity is a pattern")
    }
    return pattern
  }
}
