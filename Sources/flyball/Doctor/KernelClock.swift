internal import CTimex
internal import Doctor

/// What the kernel says of its own clock, which anybody may ask.
enum KernelClock {
  static var synchronisation: ClockFacts.Synchronisation {
    var errorMicroseconds = 0
    switch ctimex_read(&errorMicroseconds) {
    case 1: return .synchronised(errorMilliseconds: Double(errorMicroseconds) / 1_000)
    case 0: return .unsynchronised
    default: return .unknown
    }
  }
}
