internal import FeedbackLoop
internal import MeshModel
internal import Notifications

/// The mailbox of the outbox: what happened goes in, what is to be sent comes out.
actor NoticeDesk {
  private var writer: NoticeWriter
  private var outbox: NoticeOutbox
  private let receivers: [String]
  private let random: @Sendable () -> UInt64

  init(
    _ terms: NotificationTerms, _ book: NoticeBook, random: @escaping @Sendable () -> UInt64
  ) {
    writer = terms.writer
    receivers = terms.receivers.map(\.name)
    outbox = NoticeOutbox(
      receivers: terms.receivers, accounts: book.accounts, deadLetters: book.deadLetters)
    self.random = random
  }

  func handle(_ event: NoticeEvent, at now: Timestamp) -> [NoticeEffect] {
    outbox.handle(event, random: random(), at: now)
  }

  /// Records of the history in their order, with the actions they are of.
  func read(
    _ records: [NumberedRecord], _ actions: [ActionID: ActionRecord], at now: Timestamp
  ) -> [NoticeEffect] {
    var effects: [NoticeEffect] = []
    for record in records {
      for notice in writer.notices(of: record, record.action.flatMap { actions[$0] }) {
        effects += handle(.notice(notice, record: record.number), at: now)
      }
    }
    if let last = records.last { effects += handle(.read(upTo: last.number), at: now) }
    return effects
  }

  func remind(of actions: [ActionRecord], at now: Timestamp) -> [NoticeEffect] {
    actions.flatMap { action in
      writer.reminder(of: action, at: now).map { handle(.reminder($0), at: now) } ?? []
    }
  }

  /// That the loop acts no more: told once, and then reminded of.
  func stopped(_ reason: String, isNews: Bool, at now: Timestamp) -> [NoticeEffect] {
    let notice = writer.stopped(reason, at: now)
    return handle(isNews ? .notice(notice, record: nil) : .reminder(notice), at: now)
  }

  var standing: NoticeStanding { outbox.standing }

  var book: NoticeBook {
    NoticeBook(
      accounts: Dictionary(receivers.map { ($0, outbox.account(of: $0)) }) { $1 },
      deadLetters: outbox.deadLetters)
  }
}
