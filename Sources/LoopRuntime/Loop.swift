package import FeedbackLoop
package import MeshModel

/// The mailbox of the decision core: inputs enter one at a time, effects leave in two lanes.
///
/// What is to be recorded and what is to be done are drained apart, each in order. Nothing needs
/// them together: an enforcement is emitted only after its intent came back as recorded, and a
/// release waits for no record.
package actor Loop {
  private var engine: LoopEngine
  private let gate: PlanGate
  private let now: @Sendable () -> Timestamp
  private var unrecorded: [HistoryEntry] = []
  private var tally = LoopTally()
  /// Rings when there is something to record.
  nonisolated let recordBell: AsyncStream<Void>
  private nonisolated let ringRecordBell: AsyncStream<Void>.Continuation
  nonisolated let acts: AsyncStream<LoopEffect>
  private nonisolated let actOutbox: AsyncStream<LoopEffect>.Continuation

  package init(
    engine: LoopEngine, gate: PlanGate, now: @escaping @Sendable () -> Timestamp
  ) {
    self.engine = engine
    self.gate = gate
    self.now = now
    (recordBell, ringRecordBell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (acts, actOutbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumActs))
  }

  package func submit(_ input: LoopInput) {
    switch input {
    case .detected(let detection, _): gate.heard(of: detection.subject)
    case .reported(let subject, let alerts, _, _) where !alerts.isEmpty: gate.heard(of: subject)
    default: break  // Nothing else accuses anybody.
    }
    emit(engine.step(input, at: now()))
  }

  package func restore(_ state: StoredState) {
    for action in state.actions { gate.adopted(action) }
    emit(engine.restore(state.actions, isPaused: state.isPaused, at: now()))
  }

  package func command(_ command: OperatorCommand, by: String) throws(CommandRefusal) {
    switch command {
    case .order(let order, _): gate.heard(of: order.subject)
    case .approve(let id, _):
      if let action = engine.actions[id] { gate.heard(of: action.subject) }
    case .extend(let id, let milliseconds, _): gate.extended(id, milliseconds: milliseconds)
    case .pause, .resume, .reject, .revert, .revertAll, .deploy: break
    }
    emit(try engine.handle(command, by: by, at: now()))
  }

  /// What the order would come to now; nothing is changed, and nobody hears of it.
  package func forecast(_ order: OperatorOrder, id: ActionID, by: String) -> OrderForecast {
    engine.forecast(order, id: id, by: by, at: now())
  }

  package func replacePolicies(_ policies: [ResponsePolicy]) {
    engine.policies = policies
  }

  package var snapshot: LoopSnapshot {
    LoopSnapshot(
      at: now(), openActions: engine.openActions, isPaused: engine.isPaused,
      unsafe: engine.unsafe, isHistoryWritable: engine.historyFailure == nil,
      isPlanTrusted: engine.planObjection == nil, proxies: engine.proxies,
      gateways: engine.limits.gateways,
      load: engine.load, tally: tally, selfTest: engine.selfTest,
      isImpersonated: engine.isImpersonated,
      policies: engine.policies,
      fingerprints: Dictionary(
        uniqueKeysWithValues: engine.openActions.filter { $0.state.name == "awaiting-approval" }
          .map { ($0.id, engine.fingerprint(of: $0)) }))
  }

  /// Takes all that waits to be recorded, oldest first.
  func takeUnrecorded() -> [HistoryEntry] {
    defer { unrecorded = [] }
    return unrecorded
  }

  /// No more effects follow; both lanes end once they are drained.
  nonisolated func finish() {
    ringRecordBell.finish()
    actOutbox.finish()
  }

  private func emit(_ effects: [LoopEffect]) {
    var failure: String?
    for effect in effects {
      if case .record(let entry) = effect {
        tally.add(entry)
        if unrecorded.count < Self.maximumUnrecorded {
          unrecorded.append(entry)
        } else {
          // The withdrawals that follow it must not be lost with it.
          failure = failure ?? "the history does not keep up"
        }
      } else if case .dropped = actOutbox.yield(effect) {
        failure = failure ?? "the control plane does not keep up"
      }
    }
    if !unrecorded.isEmpty { ringRecordBell.yield() }
    if let failure, engine.historyFailure == nil {
      emit(engine.step(.recordFailed(failure), at: now()))
    }
  }

  /// Effects that wait to be done: thousands of actions at once.
  private static let maximumActs = 65_536
  /// Entries that wait to be recorded; past it the history is as good as broken.
  private static let maximumUnrecorded = 65_536
}

/// The loop at one instant, for readers.
package struct LoopSnapshot: Sendable {
  package var at: Timestamp
  package var openActions: [ActionRecord]
  package var isPaused: Bool
  package var unsafe: String?
  package var isHistoryWritable: Bool
  package var isPlanTrusted: Bool
  package var proxies: [ProxyID: ProxyStanding]
  package var gateways: Set<SPIFFEID>
  package var load: LoadState
  package var tally: LoopTally
  /// Nil where the loop does not test itself.
  package var selfTest: SelfTest?
  /// Whether somebody bears an identity that is kept for the self-test.
  package var isImpersonated: Bool
  package var policies: [ResponsePolicy]
  /// Of the actions that wait for approval.
  package var fingerprints: [ActionID: String]
}
