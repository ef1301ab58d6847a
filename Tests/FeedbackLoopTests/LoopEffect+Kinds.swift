internal import FeedbackLoop

extension LoopEffect {
  var isEnforce: Bool {
    if case .enforce = self { true } else { false }
  }

  var isIntent: Bool {
    if case .record(let entry) = self { entry.isIntent } else { false }
  }
}
