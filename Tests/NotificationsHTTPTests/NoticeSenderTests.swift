internal import Access
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Notifications
@testable internal import NotificationsHTTP
internal import Synchronization
internal import TestServer
internal import Testing

@Suite("Notices on their way", .serialized)
struct NoticeSenderTests {
  private static let applied = "fb-000000000001-2-action.applied"
  private static let verified = "fb-000000000001-3-action.verified"

  @Test("what happens is told once, and a restart repeats nothing of it")
  func told() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(204)
    }
    defer { server.stop() }
    let receiver = try Owed.receiver("a", server.port)
    try await owed.record("intent", try Owed.action())
    try await owed.running([receiver]) { _ in
      try await owed.record("applied", try Owed.action())
      try await owed.record("accepted", try Owed.action())
      try await eventually("the cursor passes what was told") { owed.cursors == ["a": 3] }
    }
    #expect(inbox.ids == [Self.applied], "what was before the receiver came is not told")
    try await owed.running([receiver]) { sender in
      try await owed.record("released", try Owed.action(1, .closed(.released, at: Owed.start)))
      try await eventually("the end is told") { owed.cursors == ["a": 4] }
      #expect(await sender.standing.receivers.map(\.tally.told) == [1])
    }
    #expect(inbox.ids == [Self.applied, "fb-000000000001-4-action.released"])
  }

  @Test("a process that is killed owes the next one what was not told, and it tells it")
  func killed() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let hanging = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.waitForEnd()
    }
    defer { hanging.stop() }
    try await owed.record("intent", try Owed.action())
    try await owed.running([try Owed.receiver("a", hanging.port)]) { _ in
      try await owed.record("applied", try Owed.action())
      try await owed.record("effective", try Owed.action())
      try await eventually("it is sent") { inbox.ids == [Self.applied] }
    }
    #expect(owed.cursors == ["a": 1], "nothing was told, so the cursor stays")
    try await owed.record("released", try Owed.action(1, .closed(.released, at: Owed.start)))
    let later = Inbox()
    let server = try LoopbackServer { exchange in
      later.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    try await owed.running([try Owed.receiver("a", server.port)]) { _ in
      try await eventually("all is told") { owed.cursors == ["a": 4] }
    }
    #expect(
      later.ids == [Self.applied, Self.verified, "fb-000000000001-4-action.released"])
  }

  @Test("killed before anything happened, a new receiver is owed what happened meanwhile")
  func killedAtOnce() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    try await owed.record("intent", try Owed.action())
    try await owed.running([try Owed.receiver("a", server.port)]) { _ in }
    try await owed.record("applied", try Owed.action())
    try await owed.running([try Owed.receiver("a", server.port)]) { _ in
      try await eventually("it is told") { owed.cursors == ["a": 2] }
    }
    #expect(inbox.ids == [Self.applied])
  }

  @Test("what happened more than a day ago is not told any more, and nothing waits for it")
  func old() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    try await owed.running([try Owed.receiver("a", server.port)]) { _ in }
    try await owed.record("applied", try Owed.action())
    owed.pass(seconds: 50_000)
    try await owed.record("effective", try Owed.action())
    owed.pass(seconds: 50_000)
    try await owed.running([try Owed.receiver("a", server.port)]) { _ in
      try await eventually("the newer is told") { owed.cursors == ["a": 2] }
    }
    #expect(inbox.ids == ["fb-000000000001-2-action.verified"])
  }

  @Test(
    "a receiver that fails is asked again, and one that refuses is given up, where all can see it")
  func failures() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let failing = try LoopbackServer { exchange in
      exchange.answer(inbox.take(exchange) < 3 ? 500 : 200)
    }
    defer { failing.stop() }
    let refusing = try LoopbackServer { $0.answer(410) }
    defer { refusing.stop() }
    try await owed.running([
      try Owed.receiver("failing", failing.port), try Owed.receiver("refusing", refusing.port),
    ]) { sender in
      try await owed.record("applied", try Owed.action())
      try await eventually("the second is given up") {
        owed.book?.deadLetters.map(\.reason) == [.refused(status: 410)]
      }
      for attempts in 1...2 {
        // Known to have failed before time passes: the wait begins then.
        try await eventually("attempt \(attempts)") {
          await sender.standing.receivers.map(\.tally.failed) == [attempts, 0]
        }
        owed.pass(seconds: 300)
      }
      try await eventually("nothing waits") { owed.cursors == ["failing": 1, "refusing": 1] }
      let standing = await sender.standing
      #expect(standing.receivers.map(\.tally.told) == [1, 0])
      #expect(standing.receivers.map(\.tally.failed) == [2, 0])
      #expect(standing.receivers.map(\.tally.dead) == [0, 1])
    }
    #expect(Set(inbox.ids).count == 1)
    try await owed.running([try Owed.receiver("refusing", refusing.port)]) { sender in
      #expect(await sender.standing.deadLetters.map(\.receiver) == ["refusing"])
    }
  }

  @Test("where nobody listens the notice waits, and a receiver that hangs holds up no other")
  func unreachable() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let hanging = try LoopbackServer { $0.waitForEnd() }
    defer { hanging.stop() }
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    let closed = try LoopbackServer { $0.answer(200) }
    closed.stop()
    try await owed.running([
      try Owed.receiver("closed", closed.port), try Owed.receiver("hanging", hanging.port),
      try Owed.receiver("well", server.port),
    ]) { sender in
      try await owed.record("applied", try Owed.action())
      try await eventually("the third is told", within: 4) { inbox.ids.count == 1 }
      try await eventually("the others are known to fail") {
        await sender.standing.receivers.map(\.tally.failed) == [1, 1, 0]
      }
      #expect(await sender.standing.receivers.map(\.waiting) == [1, 1, 0])
    }
    #expect(owed.cursors?["closed"] == 0 && owed.cursors?["hanging"] == 0)
  }

  @Test("a redirect is a refusal, and nobody follows it")
  func redirect() async throws {
    let owed = try Owed()
    let other = try LoopbackServer { $0.answer(200) }
    defer { other.stop() }
    let server = try LoopbackServer {
      $0.answer(307, headers: ["Location: http://127.0.0.1:\(other.port)/"])
    }
    defer { server.stop() }
    try await owed.running([try Owed.receiver("a", server.port)]) { _ in
      try await owed.record("applied", try Owed.action())
      try await eventually("it is given up") {
        owed.book?.deadLetters.map(\.reason) == [.refused(status: 307)]
      }
    }
    #expect(other.connectionCount == 0)
  }

  @Test("that the loop acts no more is told, though no history says so")
  func stopped() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    owed.reason.withLock { $0 = "the disk is full" }
    try await owed.running([try Owed.receiver("a", server.port)]) { sender in
      try await eventually("it is told") {
        await sender.standing.receivers.map(\.tally.told) == [1]
      }
    }
    #expect(inbox.bodies.count == 1)
    #expect(inbox.bodies.first?.contains(#""type":"dev.flyball.loop.stopped""#) == true)
    #expect(inbox.bodies.first?.contains("the disk is full") == true)
  }

  @Test("a book that cannot be read is as one in which nobody was told of the last day")
  func damaged() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    try await owed.record("applied", try Owed.action())
    try await owed.save(Array("{".utf8))
    try await owed.running([try Owed.receiver("a", server.port)]) { _ in
      try await eventually("it is told again") { owed.cursors == ["a": 1] }
    }
    #expect(inbox.ids.contains("fb-000000000001-1-action.applied"))
  }

  @Test("an account beyond the history is of another one, and holds nothing back")
  func anotherHistory() {
    let owed = ["x": Int64(1)]
    let book = NoticeBook(accounts: [
      "a": NoticeAccount(readUpTo: 900, owed: owed), "b": NoticeAccount(readUpTo: 5, owed: owed),
      "gone": NoticeAccount(readUpTo: 3),
    ])
    #expect(
      book.resumed(["a", "b", "new"], newest: 10, tooOld: 2).accounts == [
        "a": NoticeAccount(readUpTo: 2), "b": NoticeAccount(readUpTo: 5, owed: owed),
        "new": NoticeAccount(readUpTo: 10),
      ])
  }

  @Test("a notice that waits makes a restart repeat nothing else, though more came than may wait")
  func stuck() async throws {
    let owed = try Owed()
    let inbox = Inbox()
    let stuck = "fb-000000000001-1-action.applied"
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(String(decoding: exchange.body, as: UTF8.self).contains(stuck) ? 500 : 200)
    }
    defer { server.stop() }
    let receiver = try Owed.receiver("a", server.port)
    try await owed.running([receiver]) { _ in
      for half in [1...150, 151...300] as [ClosedRange<UInt64>] {
        for number in half { try await owed.record("applied", try Owed.action(number)) }
        try await eventually("all but the first are told") {
          let account = NoticeAccount(readUpTo: Int64(half.upperBound), owed: [stuck: 1])
          return owed.book?.accounts == ["a": account]
        }
      }
    }
    let before = inbox.ids.count
    #expect(before == 300)
    try await owed.running([receiver]) { _ in
      try await eventually("the first is tried again") { inbox.ids.count > before }
      try await owed.record("applied", try Owed.action(301))
      try await eventually("the newest is told") { inbox.ids.last?.contains("-301-") == true }
    }
    #expect(inbox.ids.dropFirst(before) == [stuck, "fb-00000000012d-301-action.applied"])
    #expect(owed.book?.deadLetters.isEmpty == true)
  }

  @Test("what waited over a restart for longer than a day is a dead letter, and not lost")
  func waitedTooLong() async throws {
    let owed = try Owed()
    let closed = try LoopbackServer { $0.answer(200) }
    closed.stop()
    let receiver = try Owed.receiver("a", closed.port)
    try await owed.running([receiver]) { _ in
      try await owed.record("applied", try Owed.action())
      try await eventually("it waits") { owed.book?.accounts["a"]?.owed.count == 1 }
    }
    owed.pass(seconds: 90_000)
    try await owed.running([receiver]) { sender in
      try await eventually("it is given up") {
        owed.book?.deadLetters.map(\.reason) == [.tooOld]
      }
      #expect(await sender.standing.receivers.map(\.tally.dead) == [1])
      #expect(owed.book?.accounts == ["a": NoticeAccount(readUpTo: 1)])
    }
  }
}
