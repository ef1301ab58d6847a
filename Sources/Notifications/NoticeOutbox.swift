package import MeshModel

/// Tells every receiver of every notice, again and again until it is told or given up.
///
/// Of each notice and receiver:
/// ```
///            room, time              told
///  waiting ────────────> sending ────────────> gone
///     ^ │                  │  │
///     │ │ displaced        │  │ refused, or attempts used
///     │ └────────> dead <──┼──┘
///     └────────────────────┘ failed: later, by the schedule
/// ```
/// Receivers do not wait for one another. A notice that is there already is the same: its id is. An
/// outcome of what is not being sent came late and is ignored. After a restart what waited is lost:
/// the history tells what happened, and notices are not it.
package struct NoticeOutbox: Sendable {
  private let limits: NoticeLimits
  private let schedule = RetrySchedule()
  private let receivers: [String]
  private var queues: [String: [QueuedNotice]] = [:]
  package private(set) var deadLetters: [DeadLetter] = []

  package init(receivers: Set<String>, limits: NoticeLimits = NoticeLimits()) {
    self.receivers = receivers.sorted()
    self.limits = limits
  }

  /// `random` is any number, another one each time.
  package mutating func handle(
    _ event: NoticeEvent, random: UInt64, at now: Timestamp
  ) -> [NoticeEffect] {
    var effects: [NoticeEffect] = []
    switch event {
    case .notice(let notice):
      for receiver in receivers { effects += add(notice, for: receiver, at: now) }
    case .sent(let receiver, let id, let attempt, let outcome):
      effects += sent(id, attempt, to: receiver, outcome, random: random, at: now)
    case .tick:
      for receiver in receivers {
        for queued in overdue(at: receiver, now) {
          effects += sent(
            queued.notice.id, queued.attempts, to: receiver, .unreachable, random: random, at: now)
        }
      }
    }
    for receiver in receivers { effects += start(receiver, at: now) }
    return effects
  }

  package func count(for receiver: String) -> Int { queues[receiver]?.count ?? 0 }

  private mutating func add(
    _ notice: Notice, for receiver: String, at now: Timestamp
  ) -> [NoticeEffect] {
    var queue = queues[receiver] ?? []
    defer { queues[receiver] = queue }
    guard !queue.contains(where: { $0.notice.id == notice.id }) else { return [] }
    var effects: [NoticeEffect] = []
    if queue.count >= limits.queued, let oldest = queue.firstIndex(where: { !$0.isSending }) {
      let displaced = queue.remove(at: oldest)
      effects.append(.dead(bury(displaced, of: receiver, .displaced, at: now)))
    }
    queue.append(QueuedNotice(notice: notice, attempts: 0, state: .waiting(until: now)))
    return effects
  }

  private mutating func sent(
    _ id: String, _ attempt: Int, to receiver: String, _ outcome: SendOutcome, random: UInt64,
    at now: Timestamp
  ) -> [NoticeEffect] {
    // The late word of an earlier attempt is none about this one.
    guard
      let index = queues[receiver]?.firstIndex(where: {
        $0.notice.id == id && $0.attempts == attempt && $0.isSending
      }), let queued = queues[receiver]?[index]
    else { return [] }
    // One number for several that are overdue at once would bring them all back together.
    let own = random ^ StableHash("\(receiver)/\(id)").value
    switch schedule.decision(after: outcome, attempts: queued.attempts, random: own, at: now) {
    case .done:
      queues[receiver]?.remove(at: index)
      return []
    case .again(let time):
      queues[receiver]?[index].state = .waiting(until: time)
      return []
    case .never(let reason):
      queues[receiver]?.remove(at: index)
      return [.dead(bury(queued, of: receiver, reason, at: now))]
    }
  }

  private mutating func start(_ receiver: String, at now: Timestamp) -> [NoticeEffect] {
    var queue = queues[receiver] ?? []
    var room = limits.sending - queue.count(where: \.isSending)
    var effects: [NoticeEffect] = []
    for index in queue.indices where room > 0 {
      guard case .waiting(let time) = queue[index].state, time <= now else { continue }
      room -= 1
      queue[index].attempts += 1
      queue[index].state = .sending(
        deadline: now.adding(milliseconds: limits.sendSeconds * 1_000))
      effects.append(
        .send(queue[index].notice, to: receiver, attempt: queue[index].attempts))
    }
    queues[receiver] = queue
    return effects
  }

  private func overdue(at receiver: String, _ now: Timestamp) -> [QueuedNotice] {
    (queues[receiver] ?? []).filter { queued in
      guard case .sending(let deadline) = queued.state else { return false }
      return deadline <= now
    }
  }

  private mutating func bury(
    _ queued: QueuedNotice, of receiver: String, _ reason: DeadLetter.Reason, at now: Timestamp
  ) -> DeadLetter {
    let letter = DeadLetter(
      receiver: receiver, notice: queued.notice, attempts: queued.attempts, reason: reason,
      at: now)
    deadLetters.append(letter)
    if deadLetters.count > limits.deadLetters { deadLetters.removeFirst() }
    return letter
  }
}
