package import FeedbackLoop
package import MeshModel

/// The mailbox of the decision core: inputs enter one at a time, effects leave to the outbox.
package actor Loop {
  private var engine: LoopEngine
  private let now: @Sendable () -> Timestamp
  /// Effects in order. Bounded: past it the newest are dropped and the loop stops acting.
  nonisolated let effects: AsyncStream<LoopEffect>
  private let outbox: AsyncStream<LoopEffect>.Continuation

  package init(engine: LoopEngine, now: @escaping @Sendable () -> Timestamp) {
    self.engine = engine
    self.now = now
    (effects, outbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(65_536))
  }

  package func submit(_ input: LoopInput) {
    emit(engine.step(input, at: now()))
  }

  package func restore(_ state: StoredState) {
    emit(engine.restore(state.openActions, isPaused: state.isPaused, at: now()))
  }

  package func command(_ command: OperatorCommand, by: String) throws(CommandRefusal) {
    emit(try engine.handle(command, by: by, at: now()))
  }

  package func replacePolicies(_ policies: [ResponsePolicy]) {
    engine.policies = policies
  }

  package var snapshot: LoopSnapshot {
    LoopSnapshot(
      at: now(), openActions: engine.openActions, isPaused: engine.isPaused,
      unsafe: engine.unsafe, proxies: engine.proxies, policies: engine.policies.map(\.name))
  }

  private func emit(_ effects: [LoopEffect]) {
    for effect in effects {
      if case .dropped = outbox.yield(effect) {
        _ = engine.step(.recordFailed("the outbox is full"), at: now())
        return
      }
    }
  }
}

/// The loop at one instant, for readers.
package struct LoopSnapshot: Sendable {
  package var at: Timestamp
  package var openActions: [ActionRecord]
  package var isPaused: Bool
  package var unsafe: String?
  package var proxies: [ProxyID: ProxyStanding]
  package var policies: [String]
}
