package import Actuators
package import FeedbackLoop
internal import Logging
internal import MeshModel
internal import ServiceLifecycle
internal import Telemetry

/// Performs effects: the only place where a decision touches the world.
///
/// One task records, another acts, so that a slow disk never holds back a release. Entries that
/// wait share one transaction. At shutdown both lanes are drained before it ends.
package struct Outbox: Service {
  private let loop: Loop
  private let history: any HistoryStore
  private let actuator: any Actuator
  private let scoring: Scoring
  private let gate: PlanGate
  private let logger = Logger(label: "flyball.loop")

  package init(
    loop: Loop, history: any HistoryStore, actuator: any Actuator, scoring: Scoring, gate: PlanGate
  ) {
    self.loop = loop
    self.history = history
    self.actuator = actuator
    self.scoring = scoring
    self.gate = gate
  }

  package func run() async throws {
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask {
          for await _ in loop.recordBell { await record(loop.takeUnrecorded()) }
          await record(loop.takeUnrecorded())
        }
        group.addTask {
          for await effect in loop.acts { await act(effect) }
        }
      }
    } onGracefulShutdown: {
      loop.finish()
    }
  }

  private func act(_ effect: LoopEffect) async {
    switch effect {
    case .record: break  // Goes the other lane.
    case .enforce(let enforcement, let generation):
      if let objection = gate.objection(to: enforcement) {
        await loop.submit(.objected(enforcement.action, "\(objection)"))
        return
      }
      await actuator.apply(enforcement, generation: generation)
    case .withdraw(let action, let generation):
      gate.withdrawn(action)
      await actuator.withdraw(action, generation: generation)
    case .watch(let watch): await scoring.watch(watch)
    case .compare(let workload, let since): await scoring.compare(workload, since: since)
    case .spend(let subject, let instant):
      await scoring.spend(subject, before: instant)
    case .relearn(let workload): await scoring.relearn(workload)
    case .rehearse(let offender, let action):
      let problem = scoring.rehearse(SyntheticOffence(offender: offender, action: action))
      await loop.submit(.rehearsed(action, problem: problem))
    case .tested(let result): tell(result)
    case .escalate(let action, let reason):
      logger.error(
        "a human must look",
        metadata: ["action": "\(action?.description ?? "-")", "reason": "\(reason)"])
    }
  }

  private func tell(_ result: SelfTestResult) {
    let metadata: Logger.Metadata = [
      "action": "\(result.action)", "result": "\(result.text)", "course": "\(result.course)",
    ]
    switch result.outcome {
    case .passed(let lacks) where lacks.isEmpty:
      logger.info("the loop tested itself", metadata: metadata)
    case .passed:
      logger.warning(
        "the loop tested itself, and not every proof came",
        metadata: metadata.merging(["remedy": "\(result.remedy ?? "-")"]) { $1 })
    case .failed(let stage, _):
      logger.warning(
        "the loop tested itself and is dead at one stage",
        metadata: metadata.merging(
          ["stage": "\(stage.rawValue)", "remedy": "\(stage.remedy)"]) { $1 })
    case .brokenOff:
      logger.info("a test of the loop was broken off", metadata: metadata)
    }
  }

  private func record(_ entries: [HistoryEntry]) async {
    guard !entries.isEmpty else { return }
    do {
      try await history.append(entries)
    } catch {
      logger.critical("the history cannot be written", metadata: ["error": "\(error)"])
      await loop.submit(.recordFailed("\(error)"))
      return
    }
    // The enforcement that waits for an intent comes before the log line about it.
    for case let action? in entries.filter(\.isIntent).map(\.action) {
      gate.stored(action.intended)
      await loop.submit(.recorded(action.id, intent: action.intent))
    }
    for entry in entries {
      logger.info(
        "\(entry.event)",
        metadata: [
          "action": "\(entry.action?.id.description ?? "-")",
          "subject": "\(entry.action?.subject.description ?? "-")", "detail": "\(entry.detail)",
        ])
    }
  }
}
