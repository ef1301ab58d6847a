package import MeshModel

extension LoopEngine {
  /// Gives the order to a copy of the core, so the very code that would carry it out tells what it
  /// comes to, and nothing does.
  package func forecast(
    _ order: OperatorOrder, id: ActionID, by: String, at now: Timestamp
  ) -> OrderForecast {
    var copy = self
    var refusal: CommandRefusal?
    do {
      _ = try copy.handle(.order(order, id: id), by: by, at: now)
    } catch {
      refusal = error
    }
    // A release that is taken over keeps its own id and deadline.
    let lane = Lane(order.stage, isShadow: false)
    let started = copy.openActions.first { $0.subject == order.subject && $0.lane == lane }
    let action: ActionRecord
    if refusal == nil, let started {
      action = started
    } else {
      var record = Self.record(of: order, id: id, at: now)
      record.notAfter = now.adding(
        milliseconds: min(max(0, order.ttlMilliseconds), limits.maxTTLMilliseconds))
      action = record
    }
    var scope: [ProxyID: String?] = [:]
    for proxy in self.scope(of: action) {
      scope[proxy] = .some(incapacity(of: proxy, for: action.stage))
    }
    return OrderForecast(refusal: refusal, enforcement: action.enforcement, scope: scope)
  }

  /// The action that an order asks for, before anything speaks for or against it.
  static func record(of order: OperatorOrder, id: ActionID, at now: Timestamp) -> ActionRecord {
    let detection = Detection(
      subject: order.subject, detector: .order, score: 0, corroborated: 0, failures: 0, total: 0,
      onset: now, at: now, destinations: [], witnesses: [])
    return ActionRecord(
      id: id, subject: order.subject, policy: ResponsePolicy.orderName, proposedAt: now,
      detection: detection, state: .recording(from: nil, until: now), step: 0, stage: order.stage,
      notAfter: now)
  }
}
