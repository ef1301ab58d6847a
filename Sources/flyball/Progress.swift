internal import Foundation
internal import Synchronization

/// One line on standard error that is written over as work goes on; nothing without a terminal.
final class Progress: Sendable {
  private let title: String
  private let isShown = isatty(2) == 1
  private let state = Mutex((shown: ContinuousClock.Instant?.none, width: 0))

  init(_ title: String) {
    self.title = title
  }

  func show(_ text: @autoclosure () -> String) {
    guard isShown else { return }
    let now = ContinuousClock.now
    let line: String? = state.withLock { state in
      if let shown = state.shown, now - shown < .milliseconds(200) { return nil }
      let line = "\(title): \(text())"
      let padding = String(repeating: " ", count: max(0, state.width - line.count))
      state = (now, line.count)
      return "\r" + line + padding
    }
    if let line { Terminal.write(line, to: .standardError) }
  }

  /// A bar for a share of the whole.
  func show(share: Double, _ text: @autoclosure () -> String) {
    let filled = Int((min(max(share, 0), 1) * 24).rounded(.down))
    show(
      "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        + "] \(Int(share * 100)) %, " + text())
  }

  /// Clears the line.
  func end() {
    let width = state.withLock { $0.width }
    guard isShown, width > 0 else { return }
    Terminal.write("\r" + String(repeating: " ", count: width) + "\r", to: .standardError)
  }
}
