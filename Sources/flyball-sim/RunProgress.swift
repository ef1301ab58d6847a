internal import Foundation
internal import Simulation
internal import Synchronization

/// Hands out plans and gathers what broke, with a line that is written over on a terminal.
final class RunProgress: Sendable {
  private struct State {
    var next = 0
    var finished = 0
    var broken: [World] = []
    var events: [String: Int] = [:]
  }

  private let plans: [Plan]
  private let title: String
  private let stopAfter: Int
  private let state = Mutex(State())
  private let isShown = isatty(2) == 1

  init(_ plans: [Plan], _ title: String, stopAfter: Int) {
    self.plans = plans
    self.title = title
    self.stopAfter = stopAfter
  }

  /// Nil when there is no more to do.
  func next() -> Plan? {
    state.withLock { state in
      guard state.next < plans.count, state.broken.count < stopAfter else { return nil }
      defer { state.next += 1 }
      return plans[state.next]
    }
  }

  func finished(_ world: World) {
    let (done, broken) = state.withLock { state in
      state.finished += 1
      for turn in world.summary.turns { state.events[turn.event, default: 0] += 1 }
      if world.violation != nil { state.broken.append(world) }
      return (state.finished, state.broken.count)
    }
    guard isShown, done % 10 == 0 || done == plans.count else { return }
    FileHandle.standardError.write(
      Data("\r\(title): \(done) of \(plans.count), \(broken) broke a rule".utf8))
  }

  /// What the decision core said in all runs, so that one sees what was tried.
  var said: String {
    state.withLock { state in
      state.events.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
  }

  func end() -> [World] {
    if isShown { FileHandle.standardError.write(Data("\n".utf8)) }
    return state.withLock { $0.broken.sorted { $0.plan.seed < $1.plan.seed } }
  }
}
