internal import MeshModel

@testable internal import Signals

/// A desk, a clock, and what came of it.
struct DeskScenario {
  var desk: SignalDesk
  var now = Sample.now
  var effects: [DeskEffect] = []
  private var deliveries: UInt64 = 0
  static let sender = "am"
  static let key = SignalKey(sender: sender, id: Sample.signal("1").id)

  init(_ limits: DeskLimits = DeskLimits()) {
    desk = SignalDesk(limits: limits)
  }

  /// A signal about the web workload, unless it says otherwise.
  static func item(
    _ id: String = "1", _ status: Signal.Status = .firing, name: String = "spike",
    severity: SigmaLevel? = .high, about: SignalAttribution = .subject(Sample.web),
    started: Timestamp = Sample.now
  ) -> AttributedSignal {
    AttributedSignal(
      Sample.signal(id, status, name: name, severity: severity, started: started), about)
  }

  mutating func give(_ event: DeskEvent) {
    effects += desk.handle(event, at: now)
  }

  /// Delivers, and records nothing yet.
  mutating func send(
    _ items: [AttributedSignal], by sender: String = sender, replayKey: String? = nil
  ) {
    deliveries += 1
    give(.received(DeliveryID(deliveries), sender: sender, replayKey: replayKey, items))
  }

  mutating func recorded() { give(.recorded(DeliveryID(deliveries))) }

  mutating func deliver(
    _ items: [AttributedSignal], by sender: String = sender, replayKey: String? = nil
  ) {
    send(items, by: sender, replayKey: replayKey)
    recorded()
  }

  mutating func wait(seconds: Int64) {
    now = now.adding(milliseconds: seconds * 1_000)
    give(.tick)
  }

  /// What a history makes of a new desk.
  static func restored(_ entries: [SignalEntry]) -> SignalDesk {
    var desk = SignalDesk()
    for entry in entries { desk.restore(entry) }
    return desk
  }

  /// Takes the effects so far.
  mutating func taken() -> [DeskEffect] {
    defer { effects = [] }
    return effects
  }

  var raised: [SignalEvidence] {
    effects.compactMap { if case .raise(let evidence) = $0 { evidence } else { nil } }
  }

  var released: [DeskEffect.End] {
    effects.compactMap { if case .release(_, _, let end) = $0 { end } else { nil } }
  }

  var answers: [DeliveryAnswer] {
    effects.compactMap { if case .answer(_, let answer) = $0 { answer } else { nil } }
  }

  var entries: [SignalEntry] {
    effects.flatMap { effect -> [SignalEntry] in
      if case .record(let entries, _) = effect { entries } else { [] }
    }
  }
}
