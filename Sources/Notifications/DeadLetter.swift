package import MeshModel

/// A notice that a receiver was not told, and why.
package struct DeadLetter: Hashable, Sendable, Codable {
  package enum Reason: Hashable, Sendable, Codable {
    case refused(status: Int)
    case attemptsUsed
    /// The queue of the receiver was full, and this the oldest in it.
    case displaced
    /// It waited over a restart, and longer than anything is told.
    case tooOld

    package var text: String {
      switch self {
      case .refused(let status): "the receiver answered with status \(status)"
      case .attemptsUsed: "every attempt failed"
      case .displaced: "too many waited for the receiver, and this was the oldest"
      case .tooOld: "it waited over a restart, and is too old to be told"
      }
    }
  }

  package let receiver: String
  package let notice: Notice
  package let attempts: Int
  package let reason: Reason
  package let at: Timestamp
}
