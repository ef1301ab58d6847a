/// When an attacker sends, and how much of it fails.
package enum AttackProfile: String, CaseIterable, Sendable {
  case blatant
  case slow
  case burst
  /// On and off, and on again before anything is released.
  case flapping
  /// Falls silent until it is released, and begins anew.
  case resuming
  /// Hides failures among successes.
  case mimic

  /// Milliseconds to the next request, from so many milliseconds into the attack.
  func pause(after elapsed: Int64) -> Int64 {
    switch self {
    case .blatant: 50
    case .slow: 900
    case .burst: elapsed % 40_000 < 2_000 ? 40 : 40_000 - elapsed % 40_000
    case .flapping: elapsed % 5_000 < 2_000 ? 60 : 5_000 - elapsed % 5_000
    case .resuming: elapsed % 24_000 < 4_000 ? 60 : 24_000 - elapsed % 24_000
    case .mimic: 120
    }
  }

  var failurePercent: UInt64 {
    switch self {
    case .blatant, .burst, .flapping, .resuming: 95
    case .slow: 100
    case .mimic: 60
    }
  }

  /// Whether it goes on without a break, so that not being contained is a failure.
  var isRelentless: Bool {
    switch self {
    case .blatant: true
    case .slow, .burst, .flapping, .resuming, .mimic: false
    }
  }
}
