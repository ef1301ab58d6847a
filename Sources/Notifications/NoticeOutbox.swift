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
/// Receivers do not wait for one another, but for one whose silences hold for them, and that not for
/// long. Notices of one matter go out in order, each when the one before it is told or dead: what is
/// over must not begin again. A notice that is there already is the same: its id is. An outcome of
/// what is not being sent came late and is ignored.
///
/// What waits is not stored. The history has it: `cursor` says from which record on it must be read
/// again after a restart, and no notice with an earlier number waits.
package struct NoticeOutbox: Sendable {
  private struct Lane {
    var queue: [QueuedNotice] = []
    var readUpTo: Int64
    var tally = NoticeTally()
  }

  private let limits: NoticeLimits
  private let schedule = RetrySchedule()
  /// By name.
  private let receivers: [NoticeReceiver]
  private var lanes: [String: Lane]
  package private(set) var deadLetters: [DeadLetter]

  /// `cursors` and dead letters are those of earlier; a receiver without a cursor wants all.
  package init(
    receivers: [NoticeReceiver], cursors: [String: Int64] = [:], deadLetters: [DeadLetter] = [],
    limits: NoticeLimits = NoticeLimits()
  ) {
    self.receivers = receivers.sorted { $0.name < $1.name }
    self.limits = limits
    self.deadLetters = deadLetters.suffix(limits.deadLetters)
    lanes = Dictionary(receivers.map { ($0.name, Lane(readUpTo: cursors[$0.name] ?? 0)) }) { $1 }
  }

  /// `random` is any number, another one each time.
  package mutating func handle(
    _ event: NoticeEvent, random: UInt64, at now: Timestamp
  ) -> [NoticeEffect] {
    var effects: [NoticeEffect] = []
    switch event {
    case .notice(let notice, let record):
      for receiver in receivers where receiver.wants(notice) {
        effects += add(notice, .happened(record: record), for: receiver.name, at: now)
      }
    case .reminder(let notice):
      for receiver in receivers where receiver.isReminded && receiver.wants(notice) {
        remind(notice, receiver.name, at: now)
      }
    case .read(let number):
      for receiver in receivers {
        let known = lanes[receiver.name]?.readUpTo ?? 0
        lanes[receiver.name]?.readUpTo = max(known, number)
      }
    case .sent(let receiver, let id, let attempt, let outcome):
      effects += sent(id, attempt, to: receiver, outcome, random: random, at: now)
    case .tick:
      for receiver in receivers {
        for queued in overdue(at: receiver.name, now) {
          effects += sent(
            queued.notice.id, queued.attempts, to: receiver.name, .unreachable, random: random,
            at: now)
        }
      }
    }
    for receiver in receivers { effects += start(receiver, at: now) }
    return effects
  }

  package func count(for receiver: String) -> Int { lanes[receiver]?.queue.count ?? 0 }

  /// The last record before which nothing waits for the receiver.
  package func cursor(of receiver: String) -> Int64 {
    guard let lane = lanes[receiver] else { return 0 }
    let first = lane.queue.compactMap(\.record).min() ?? .max
    return min(lane.readUpTo, first - 1)
  }

  package var standing: NoticeStanding {
    NoticeStanding(
      receivers: receivers.map { receiver in
        NoticeStanding.Receiver(
          name: receiver.name, waiting: count(for: receiver.name),
          tally: lanes[receiver.name]?.tally ?? NoticeTally())
      }, deadLetters: deadLetters)
  }

  private mutating func add(
    _ notice: Notice, _ origin: QueuedNotice.Origin, for receiver: String, at now: Timestamp
  ) -> [NoticeEffect] {
    guard var lane = lanes[receiver] else { return [] }
    defer { lanes[receiver] = lane }
    let queued = QueuedNotice(
      notice: notice, origin: origin, since: now, state: .waiting(until: now))
    if let record = queued.record, record <= lane.readUpTo { return [] }
    guard !lane.queue.contains(where: { $0.notice.id == notice.id }) else { return [] }
    var effects: [NoticeEffect] = []
    if lane.queue.count >= limits.queued,
      let oldest = lane.queue.firstIndex(where: { !$0.isSending })
    {
      let displaced = lane.queue.remove(at: oldest)
      if !displaced.isReminder {
        lane.tally.dead += 1
        effects.append(.dead(bury(displaced, of: receiver, .displaced, at: now)))
      }
    }
    lane.queue.append(queued)
    return effects
  }

  /// Not while the same matter is being told of, nor where there is no room.
  private mutating func remind(_ notice: Notice, _ receiver: String, at now: Timestamp) {
    guard let queue = lanes[receiver]?.queue, queue.count < limits.queued,
      !queue.contains(where: {
        $0.notice.matter.id == notice.matter.id && ($0.isSending || $0.isReminder)
      })
    else { return }
    _ = add(notice, .reminder, for: receiver, at: now)  // There is room, so nothing is displaced.
  }

  private mutating func sent(
    _ id: String, _ attempt: Int, to receiver: String, _ outcome: SendOutcome, random: UInt64,
    at now: Timestamp
  ) -> [NoticeEffect] {
    // The late word of an earlier attempt is none about this one.
    guard var lane = lanes[receiver],
      let index = lane.queue.firstIndex(where: {
        $0.notice.id == id && $0.attempts == attempt && $0.isSending
      })
    else { return [] }
    defer { lanes[receiver] = lane }
    let queued = lane.queue[index]
    // One number for several that are overdue at once would bring them all back together.
    let own = random ^ StableHash("\(receiver)/\(id)").value
    switch schedule.decision(after: outcome, attempts: queued.attempts, random: own, at: now) {
    case .done:
      lane.queue.remove(at: index)
      if outcome == .silenced { lane.tally.silenced += 1 } else { lane.tally.told += 1 }
      return []
    case .again(let time) where !queued.isReminder:
      lane.queue[index].state = .waiting(until: time)
      lane.tally.failed += 1
      return []
    case .never(let reason) where !queued.isReminder:
      lane.queue.remove(at: index)
      lane.tally.dead += 1
      return [.dead(bury(queued, of: receiver, reason, at: now))]
    case .again, .never:
      lane.queue.remove(at: index)
      lane.tally.failed += 1
      return []
    }
  }

  private mutating func start(_ receiver: NoticeReceiver, at now: Timestamp) -> [NoticeEffect] {
    guard var queue = lanes[receiver.name]?.queue else { return [] }
    var room = limits.sending - queue.count(where: \.isSending)
    var effects: [NoticeEffect] = []
    // Matters of which something comes earlier.
    var matters: Set<String> = []
    for index in queue.indices where room > 0 {
      let queued = queue[index]
      let isFirst = matters.insert(queued.notice.matter.id).inserted || queued.isReminder
      guard case .waiting(let time) = queued.state, time <= now, isFirst,
        !isHeld(queued, for: receiver, at: now)
      else { continue }
      room -= 1
      queue[index].attempts += 1
      queue[index].state = .sending(
        deadline: now.adding(milliseconds: limits.sendSeconds * 1_000))
      effects.append(
        .send(queued.notice, to: receiver.name, attempt: queue[index].attempts))
    }
    lanes[receiver.name]?.queue = queue
    return effects
  }

  /// Whether its silence cannot be known yet, as the Alertmanager was not told of it.
  private func isHeld(
    _ queued: QueuedNotice, for receiver: NoticeReceiver, at now: Timestamp
  ) -> Bool {
    guard let alertmanager = receiver.silencedBy,
      now < queued.since.adding(milliseconds: limits.silenceSeconds * 1_000),
      let told = lanes[alertmanager]?.queue.first(where: { $0.notice.id == queued.notice.id })
    else { return false }
    return told.isSending || told.attempts == 0
  }

  private func overdue(at receiver: String, _ now: Timestamp) -> [QueuedNotice] {
    (lanes[receiver]?.queue ?? []).filter { queued in
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
