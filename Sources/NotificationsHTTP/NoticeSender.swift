package import FeedbackLoop
internal import Logging
package import MeshModel
package import Notifications
internal import ServiceLifecycle

/// Tells receivers what the history says, and goes on where it ended.
///
/// What is owed is what the history holds after the record up to which a receiver's notices were read,
/// and of those before it what still waited. Killed at any point it tells again, with the same id, only
/// what was on its way or was told in the last second, and leaves none out, as far back as a day.
package struct NoticeSender: Service {
  private struct Errand: Sendable {
    let notice: Notice
    let attempt: Int
  }

  private struct Lane: Sendable {
    let errands: AsyncStream<Errand>
    let add: AsyncStream<Errand>.Continuation
  }

  private let terms: NotificationTerms
  private let desk: NoticeDesk
  private let history: any HistoryStore
  private let store: any NoticeStore
  private let wakes: AsyncStream<Void>
  private let stopped: @Sendable () async -> String?
  private let now: @Sendable () -> Timestamp
  /// The record up to which all was read at the start.
  private let start: Int64
  private let lanes: [String: Lane]
  private let logger = Logger(label: "flyball.notices")

  /// `wakes` tells of new records, and now and then of none; `stopped` why the loop acts no more.
  package init(
    _ terms: NotificationTerms, history: any HistoryStore, store: any NoticeStore,
    wakes: AsyncStream<Void>, stopped: @escaping @Sendable () async -> String?,
    random: @escaping @Sendable () -> UInt64, now: @escaping @Sendable () -> Timestamp
  ) async throws {
    self.terms = terms
    self.history = history
    self.store = store
    self.wakes = wakes
    self.stopped = stopped
    self.now = now
    let names = terms.receivers.map(\.name)
    let newest = try await history.records(RecordFilter(.before(nil)), limit: 1).first?.number
    var old = RecordFilter(.before(nil))
    old.until = now().adding(milliseconds: -NoticeLimits.replaySeconds * 1_000)
    let tooOld = try await history.records(old, limit: 1).first?.number
    let book = try await Self.kept(in: store, names, logger).resumed(
      names, newest: newest ?? 0, tooOld: tooOld ?? 0)
    // Before anything happens: else who is new would be owed nothing if this process ended here.
    try await store.save(book.bytes)
    start = book.accounts.values.map(\.cursor).min() ?? 0
    desk = NoticeDesk(terms, book, random: random)
    lanes = Dictionary(
      names.map { name in
        let (errands, add) = AsyncStream<Errand>.makeStream()
        return (name, Lane(errands: errands, add: add))
      }
    ) { $1 }
  }

  package var standing: NoticeStanding {
    get async { await desk.standing }
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      try await withThrowingDiscardingTaskGroup { group in
        for receiver in terms.receivers {
          group.addTask { await serve(receiver) }
        }
        group.addTask { await follow() }
        group.addTask { try await tick() }
      }
    }
    _ = await keep(after: nil)
  }

  /// A book that cannot be read is as one in which nobody was told anything.
  private static func kept(
    in store: any NoticeStore, _ names: [String], _ logger: Logger
  ) async throws -> NoticeBook {
    guard let bytes = try await store.load() else { return NoticeBook() }
    do {
      return try NoticeBook(bytes)
    } catch {
      logger.error(
        "what was told cannot be read, so a day of notices is sent again",
        metadata: ["reason": "\(error)"])
      return NoticeBook(accounts: Dictionary(names.map { ($0, NoticeAccount()) }) { $1 })
    }
  }

  /// Reads what is new and reminds of what is open, one after the other: what was read as open must not
  /// follow its own end.
  private func follow() async {
    var reminded: Timestamp?
    var position = await read(after: start)
    for await _ in wakes {
      position = await read(after: position)
      let time = now()
      guard Self.isTime(time, toRepeat: reminded) else { continue }
      reminded = time
      await remind()
    }
  }

  private func tick() async throws {
    var kept: NoticeBook?
    var stop: Timestamp?
    while true {
      try await Task.sleep(for: .seconds(1))
      act(await desk.handle(.tick, at: now()))
      stop = await tellStop(after: stop)
      kept = await keep(after: kept)
    }
  }

  /// When it was last told that the loop acts no more; nil while it acts.
  private func tellStop(after last: Timestamp?) async -> Timestamp? {
    guard let reason = await stopped() else { return nil }
    let time = now()
    guard Self.isTime(time, toRepeat: last) else { return last }
    act(await desk.stopped(reason, isNews: last == nil, at: time))
    return time
  }

  private static func isTime(_ now: Timestamp, toRepeat last: Timestamp?) -> Bool {
    last.map { $0.adding(milliseconds: NoticeLimits.remindSeconds * 1_000) <= now } ?? true
  }

  private func read(after start: Int64) async -> Int64 {
    var position = start
    while !Task.isCancelled {
      do {
        let records = try await history.records(
          RecordFilter(.after(position)), limit: NoticeLimits.recordsPerPage)
        guard let last = records.last else { return position }
        let actions = try await history.actions(Set(records.compactMap(\.action)))
        act(await desk.read(records, actions, at: now()))
        position = last.number
      } catch is CancellationError {
        return position
      } catch {
        logger.error("the history cannot be read", metadata: ["reason": "\(error)"])
        return position
      }
    }
    return position
  }

  private func remind() async {
    guard terms.receivers.contains(where: \.isReminded) else { return }
    var filter = ActionFilter()
    filter.state = "open"
    do {
      let open = try await history.actions(filter, limit: NoticeLimits.reminded)
      act(await desk.remind(of: open, at: now()))
    } catch is CancellationError {
      return
    } catch {
      logger.error("the history cannot be read", metadata: ["reason": "\(error)"])
    }
  }

  private func act(_ effects: [NoticeEffect]) {
    for effect in effects {
      switch effect {
      case .send(let notice, let receiver, let attempt):
        lanes[receiver]?.add.yield(Errand(notice: notice, attempt: attempt))
      case .dead(let letter):
        logger.error(
          "a receiver was not told",
          metadata: [
            "receiver": "\(letter.receiver)", "notice": "\(letter.notice.id)",
            "event": "\(letter.notice.kind.rawValue)", "attempts": "\(letter.attempts)",
            "reason": "\(letter.reason.text)",
          ])
      }
    }
  }

  private func serve(_ receiver: NoticeReceiver) async {
    guard let errands = lanes[receiver.name]?.errands else { return }
    let courier = NoticeCourier(to: receiver, of: terms)
    for await errand in errands {
      // What is cancelled is sent again after the start.
      guard let answer = try? await courier.deliver(errand.notice, at: now()) else { return }
      if case .unreachable = answer.outcome {
        logger.warning(
          "a receiver does not answer",
          metadata: [
            "receiver": "\(receiver.name)", "notice": "\(errand.notice.id)",
            "attempt": "\(errand.attempt)", "reason": "\(answer.text)",
          ])
      }
      act(
        await desk.handle(
          .sent(
            receiver: receiver.name, noticeID: errand.notice.id, attempt: errand.attempt,
            answer.outcome), at: now()))
    }
  }

  /// Writes the book where it differs from the one that was written last.
  private func keep(after kept: NoticeBook?) async -> NoticeBook? {
    let book = await desk.book
    guard book != kept else { return kept }
    do {
      try await store.save(book.bytes)
      return book
    } catch {
      logger.error(
        "how far receivers were told cannot be kept; a restart repeats it",
        metadata: ["reason": "\(error)"])
      return kept
    }
  }
}
