internal import Actuators
internal import ActuatorsXDS
internal import ConfigurationYAML
internal import CurlHTTP
internal import FeedbackLoop
internal import HistorySQLite
internal import LoopRuntime
internal import MeshModel
internal import MeshServerGRPC

/// Takes everything back without a daemon: whoever attaches is told that nothing is enforced.
///
/// It needs no engine, no telemetry and no score, and of the history only what it still gives.
struct OfflineRevert: Sendable {
  let configuration: Configuration
  private let clock = LoopClock()
  private let controlPlane: ControlPlane

  struct Outcome: Sendable {
    var atBaseline: Set<ProxyID> = []
    /// Proxies that hold, or may hold, something, and did not confirm in time.
    var unconfirmed: Set<ProxyID> = []
    var closed: [ActionID] = []
    /// Of these, those that were gone already while the daemon ran, and when what they may hold ends.
    var gone: [ProxyID: Timestamp] = [:]
    /// Why the next daemon may enforce again what was taken back.
    var historyProblem: String?
    /// Why it is noted beside the history and not in it.
    var noted: String?
  }

  init(_ configuration: Configuration) {
    self.configuration = configuration
    let clock = clock
    controlPlane = ControlPlane(now: { clock.now() })
  }

  /// Hands over the outcome while it still serves. `finish` should end the process: a server that is
  /// cancelled while a proxy connects would trap (SwiftNIO 2.101).
  func run(
    seconds: Int, finish: @escaping @Sendable (Outcome) -> Void
  ) async throws {
    var outcome = Outcome()
    let (history, open) = await openActions(&outcome)
    for action in open {
      for proxy in action.gone {
        outcome.gone[proxy] = max(outcome.gone[proxy] ?? action.notAfter, action.notAfter)
      }
    }
    let found = outcome
    let expected = open.reduce(into: Set(outcome.gone.keys)) { proxies, action in
      proxies.formUnion(action.proxies.filter { $0.value.subscribed }.keys)
    }
    try await serving(until: expected, seconds: seconds) { atBaseline in
      var outcome = found
      outcome.atBaseline = atBaseline
      outcome.unconfirmed = expected.subtracting(atBaseline)
      outcome.gone = outcome.gone.filter { !atBaseline.contains($0.key) }
      await close(open, in: history, &outcome)
      finish(outcome)
    }
  }

  private func openActions(
    _ outcome: inout Outcome
  ) async -> (SQLiteHistory?, [ActionRecord]) {
    do {
      let history = try SQLiteHistory(path: configuration.history)
      return (history, try await history.storedState().actions.filter { !$0.state.isClosed })
    } catch {
      outcome.historyProblem = "\(error)"
      return (nil, [])
    }
  }

  /// Serves until the expected proxies hold nothing; without any, as long as it may, for whoever comes.
  /// What then is to be done is done before the server ends.
  private func serving(
    until expected: Set<ProxyID>, seconds: Int,
    _ finish: @escaping @Sendable (Set<ProxyID>) async -> Void
  ) async throws {
    let server = MeshServer(
      host: configuration.proxies.host, port: configuration.proxies.port,
      security: configuration.proxySecurity,
      services: [
        DiscoveryService(identity: configuration.proxyIdentity, controlPlane: controlPlane)
      ])
    let reports = controlPlane.reports
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask { try await Task.sleep(for: .seconds(seconds)) }
      let heard = ProxiesHeard()
      group.addTask {
        for await report in reports {
          if await heard.take(report).isSuperset(of: expected), !expected.isEmpty { break }
        }
      }
      try await group.next()
      await finish(heard.atBaseline)
      group.cancelAll()
    }
  }

  private func close(
    _ open: [ActionRecord], in history: SQLiteHistory?, _ outcome: inout Outcome
  ) async {
    guard let history, !open.isEmpty else { return }
    let now = clock.now()
    let missing = outcome.unconfirmed.map(\.description).sorted().joined(separator: ", ")
    let ending: Ending =
      missing.isEmpty ? .released : .expired("taken back without a daemon; unconfirmed: \(missing)")
    let entries = open.map { action in
      var closed = action
      closed.course.revertedBy = "revert --config"
      closed.state = .closed(ending, at: now)
      return HistoryEntry(
        at: now, action: closed, event: ending.name,
        detail: "taken back without a daemon; \(outcome.atBaseline.count) proxies at baseline")
    }
    do {
      try await history.append(entries)
      try history.close()
      outcome.closed = open.map(\.id)
    } catch let error as HistoryError where error.code == .noted {
      outcome.noted = "\(error)"
    } catch {
      outcome.historyProblem = "\(error)"
    }
  }
}

/// The proxies that accepted that nothing is enforced.
private actor ProxiesHeard {
  private(set) var atBaseline: Set<ProxyID> = []

  func take(_ report: ProxyReport) -> Set<ProxyID> {
    let accepted = report.filters.values.allSatisfy { $0 == .accepted }
    if report.isAttached, !report.filters.isEmpty, accepted {
      atBaseline.insert(report.proxy)
    } else {
      atBaseline.remove(report.proxy)
    }
    return atBaseline
  }
}
