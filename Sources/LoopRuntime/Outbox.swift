package import Actuators
package import FeedbackLoop
internal import Logging
internal import MeshModel
internal import ServiceLifecycle

/// Performs effects, in order: the only place where a decision touches the world.
///
/// Records that follow each other share one transaction. An intent that is not durable is never
/// followed by its enforcement, because the decision core waits for word of it.
package struct Outbox: Service {
  private let loop: Loop
  private let history: any HistoryStore
  private let actuator: any Actuator
  private let scoring: Scoring
  private let logger = Logger(label: "flyball.loop")

  package init(
    loop: Loop, history: any HistoryStore, actuator: any Actuator, scoring: Scoring
  ) {
    self.loop = loop
    self.history = history
    self.actuator = actuator
    self.scoring = scoring
  }

  package func run() async throws {
    for await effect in loop.effects.cancelOnGracefulShutdown() {
      await perform(effect)
    }
  }

  private func perform(_ effect: LoopEffect) async {
    switch effect {
    case .record(let entry):
      await record(entry)
    case .enforce(let enforcement, let generation):
      await actuator.apply(enforcement, generation: generation)
    case .withdraw(let action, let generation):
      await actuator.withdraw(action, generation: generation)
    case .watch(let subjects):
      await scoring.watch(subjects)
    case .spend(let subject, let instant):
      await scoring.spend(subject, before: instant)
    case .escalate(let action, let reason):
      logger.error(
        "a human must look",
        metadata: ["action": "\(action?.description ?? "-")", "reason": "\(reason)"])
    }
  }

  private func record(_ entry: HistoryEntry) async {
    do {
      try await history.append([entry])
      logger.info(
        "\(entry.event)",
        metadata: [
          "action": "\(entry.action?.id.description ?? "-")",
          "subject": "\(entry.action?.subject.description ?? "-")", "detail": "\(entry.detail)",
        ])
      if entry.isIntent, let id = entry.action?.id { await loop.submit(.recorded(id)) }
    } catch {
      logger.critical("the history cannot be written", metadata: ["error": "\(error)"])
      await loop.submit(.recordFailed("\(error)"))
    }
  }
}
