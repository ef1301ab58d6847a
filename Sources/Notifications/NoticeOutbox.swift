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
/// Whether something is silenced an Alertmanager can only tell while it fires: who heeds it asks
/// after it was told that something fires, and before it is told that something is over.
///
/// What waits is not stored. The history has it: an account names what of it a receiver is owed, and
/// what was told or died before is not taken again.
package struct NoticeOutbox: Sendable {
  private struct Lane {
    var queue: [QueuedNotice] = []
    var readUpTo: Int64
    /// Of what came before, what an earlier process left waiting, until the history was read again.
    var expected: [String: Int64]
    var tally = NoticeTally()

    mutating func read(upTo number: Int64) {
      readUpTo = max(readUpTo, number)
      expected = expected.filter { $0.value > number }
    }
  }

  private let limits: NoticeLimits
  private let schedule = RetrySchedule()
  /// By name.
  private let receivers: [NoticeReceiver]
  private var lanes: [String: Lane]
  package private(set) var deadLetters: [DeadLetter]

  /// Accounts and dead letters are those of earlier; a receiver without an account wants all.
  package init(
    receivers: [NoticeReceiver], accounts: [String: NoticeAccount] = [:],
    deadLetters: [DeadLetter] = [], limits: NoticeLimits = NoticeLimits()
  ) {
    self.receivers = receivers.sorted { $0.name < $1.name }
    self.limits = limits
    self.deadLetters = deadLetters.suffix(limits.deadLetters)
    lanes = Dictionary(
      receivers.map { receiver in
        let account = accounts[receiver.name] ?? NoticeAccount()
        return (receiver.name, Lane(readUpTo: account.readUpTo, expected: account.owed))
      }
    ) { $1 }
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
        lanes[receiver.name]?.read(upTo: number)
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

  package func account(of receiver: String) -> NoticeAccount {
    guard let lane = lanes[receiver] else { return NoticeAccount() }
    var account = NoticeAccount(readUpTo: lane.readUpTo, owed: lane.expected)
    for queued in lane.queue { account.owed[queued.notice.id] = queued.record }
    return account
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
    let wasOwed = lane.expected.removeValue(forKey: notice.id) != nil
    if let record = queued.record, record <= lane.readUpTo, !wasOwed { return [] }
    guard !lane.queue.contains(where: { $0.notice.id == notice.id }) else { return [] }
    if notice.at.adding(milliseconds: NoticeLimits.replaySeconds * 1_000) < now {
      lane.tally.dead += 1
      return [.dead(bury(queued, of: receiver, .tooOld, at: now))]
    }
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

  /// Whether another receiver comes first, so that its silence can be known.
  private func isHeld(
    _ queued: QueuedNotice, for receiver: NoticeReceiver, at now: Timestamp
  ) -> Bool {
    guard now < queued.since.adding(milliseconds: limits.silenceSeconds * 1_000) else {
      return false
    }
    let first = receivers.filter { other in
      queued.notice.isOnlyAnEnd
        ? other.silencedBy == receiver.name : other.name == receiver.silencedBy
    }
    return first.contains { other in
      lanes[other.name]?.queue.contains {
        $0.notice.id == queued.notice.id && ($0.isSending || $0.attempts == 0)
      } ?? false
    }
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
