/// For how many active seconds entities were tested against a reference, and how often they alarmed:
/// what the promised rate of false alarms is held against.
///
/// An alarm is counted at each level once, until the evidence is gone. Attacks count too: nobody says
/// which alarms were false. Nothing is adapted; a broken bound is only said.
package struct Calibration: Sendable {
  package enum EntityClass: Int, Hashable, Sendable, CaseIterable {
    case caller
    case call
    case route
    /// Clients of gateways and their calls.
    case client

    package var name: String {
      switch self {
      case .caller: "caller"
      case .call: "call"
      case .route: "route"
      case .client: "client"
      }
    }
  }

  /// By class.
  private var seconds = InlineArray<4, UInt64>(repeating: 0)
  /// By level, and within a level by class.
  private var alarms = InlineArray<12, UInt64>(repeating: 0)

  /// Both sides of a request report it, so one event may count twice.
  private static let slack = 2.0
  /// A bound that holds is called broken with at most this probability, for one class and level.
  private static let error = 0.001

  package init() {}

  package func testedSeconds(of kind: EntityClass) -> UInt64 { seconds[kind.rawValue] }

  package func alarms(of kind: EntityClass, at level: AlarmLevel) -> UInt64 {
    alarms[Self.place(kind, level)]
  }

  /// The levels at which more alarms came than the promise allows, by an exact Poisson test of
  /// tested seconds / active seconds to a false alarm.
  package func brokenLevels(of kind: EntityClass) -> [AlarmLevel] {
    AlarmLevel.allCases.filter { level in
      let allowed = Double(testedSeconds(of: kind)) / level.activeSeconds * Self.slack
      let alarms = alarms(of: kind, at: level)
      return alarms > 0
        && PoissonTail.probability(ofAtLeast: alarms, mean: allowed) < Self.error
    }
  }

  package static func + (left: Calibration, right: Calibration) -> Calibration {
    var sum = left
    for index in sum.seconds.indices { sum.seconds[index] &+= right.seconds[index] }
    for index in sum.alarms.indices { sum.alarms[index] &+= right.alarms[index] }
    return sum
  }

  @inline(__always)
  mutating func countSecond(of kind: EntityClass) {
    seconds[kind.rawValue] &+= 1
  }

  mutating func countAlarm(of kind: EntityClass, at level: AlarmLevel) {
    alarms[Self.place(kind, level)] &+= 1
  }

  private static func place(_ kind: EntityClass, _ level: AlarmLevel) -> Int {
    let row =
      switch level {
      case .observe: 0
      case .throttle: 1
      case .quarantine: 2
      }
    return row * EntityClass.allCases.count + kind.rawValue
  }
}
