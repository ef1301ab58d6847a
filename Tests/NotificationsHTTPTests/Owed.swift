internal import Access
internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import Notifications
@testable internal import NotificationsHTTP
internal import Synchronization
internal import TestServer
internal import Testing

/// A history, what is kept of its telling, and a clock that tests move.
final class Owed: NoticeStore, Sendable {
  let history: SQLiteHistory
  let instant: Mutex<Timestamp>
  let reason = Mutex<String?>(nil)
  private let kept = Mutex<[UInt8]?>(nil)
  /// What a process that is gone would still do comes to nothing.
  private let isGone = Mutex(false)
  private let folder: URL

  static let start = Timestamp(rfc3339: "2026-11-22T09:00:00Z") ?? Timestamp(seconds: 0)

  init(at start: Timestamp = Owed.start) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-notices-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    history = try SQLiteHistory(path: folder.appendingPathComponent("history").path)
    instant = Mutex(start)
  }

  deinit {
    // What stays behind is in the folder for what is temporary.
    try? history.close()
    try? FileManager.default.removeItem(at: folder)
  }

  var now: Timestamp { instant.withLock { $0 } }
  var book: NoticeBook? { kept.withLock { $0 }.flatMap { try? NoticeBook($0) } }
  /// By receiver, the record up to which nothing is owed.
  var cursors: [String: Int64]? { book?.accounts.mapValues(\.cursor) }

  func load() async throws -> [UInt8]? { kept.withLock { $0 } }
  func save(_ bytes: [UInt8]) async throws {
    if !isGone.withLock({ $0 }) { kept.withLock { $0 = bytes } }
  }

  func pass(seconds: Int64) {
    instant.withLock { $0 = $0.adding(milliseconds: seconds * 1_000) }
  }

  func write(_ text: String, to name: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  static func action(
    _ number: UInt64 = 1, _ state: ActionState = .applying(until: start, attempt: 1),
    at now: Timestamp = start
  ) throws -> ActionRecord {
    let subject = try Subject(parsing: "spiffe://cluster.local/ns/shop/sa/web")
    return ActionRecord(
      id: ActionID(number: number), subject: subject, policy: "lateral-movement",
      proposedAt: now,
      detection: Detection(
        subject: subject, detector: .lateralMovement, score: 0.999, corroborated: 0.99,
        failures: 9, total: 10, onset: now, at: now, destinations: [], witnesses: []),
      state: state, step: 0, stage: .quarantine, notAfter: now.adding(milliseconds: 900_000))
  }

  func record(_ event: String, _ action: ActionRecord, detail: String = "detail") async throws {
    try await history.append([
      HistoryEntry(at: now, action: action, event: event, detail: detail)
    ])
  }

  /// A process that tells, until the body ends: then it is gone as by a signal, in the midst of
  /// whatever it does.
  func running(
    _ receivers: [NoticeReceiver], _ body: (NoticeSender) async throws -> Void
  ) async throws {
    isGone.withLock { $0 = false }
    let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let sender = try await NoticeSender(
      NotificationTerms(
        instance: "prod", address: WebAddress("https://flyball.example"), receivers: receivers),
      history: history, store: self, wakes: wakes,
      stopped: { [self] in reason.withLock { $0 } }, random: { .random(in: .min ... .max) },
      now: { [self] in now })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await sender.run() }
      group.addTask {
        while true {
          wake.yield()
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      defer {
        isGone.withLock { $0 = true }
        group.cancelAll()
      }
      try await body(sender)
    }
  }

  static func receiver(
    _ name: String, _ port: Int, _ method: NoticeReceiver.Method = .cloudEvents
  ) throws -> NoticeReceiver {
    NoticeReceiver(
      name: name, method: method,
      place: .address(try #require(WebAddress("http://127.0.0.1:\(port)"))))
  }
}

/// Waits for an event, with a deadline that only a fault meets.
func eventually(
  _ what: String, within seconds: Int = 20, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record("not in time: \(what)")
      throw CancellationError()
    }
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// Bodies that came, in their order.
final class Inbox: Sendable {
  private let received = Mutex<[String]>([])

  var bodies: [String] { received.withLock { $0 } }

  /// The ids of CloudEvents.
  var ids: [String] {
    bodies.compactMap { body in
      body.firstRange(of: #""id":""#).map { range in
        String(body[range.upperBound...].prefix { $0 != "\"" })
      }
    }
  }

  @discardableResult
  func take(_ exchange: LoopbackServer.Exchange) -> Int {
    received.withLock {
      $0.append(String(decoding: exchange.body, as: UTF8.self))
      return $0.count
    }
  }
}
