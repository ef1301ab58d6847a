internal import FeedbackLoop

extension LoopEffect {
  var isEnforce: Bool {
    if case .enforce = self { true } else { false }
  }

  var isWithdraw: Bool {
    if case .withdraw = self { true } else { false }
  }

  var isEscalation: Bool {
    if case .escalate = self { true } else { false }
  }

  var isRecord: Bool {
    if case .record = self { true } else { false }
  }

  var isIntent: Bool {
    if case .record(let entry) = self { entry.isIntent } else { false }
  }
}

extension Scenario {
  /// What was recorded, by name.
  var events: [String] {
    effects.compactMap {
      if case .record(let entry) = $0 { entry.event } else { nil }
    }
  }
}
