internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Notifications
@testable internal import NotificationsHTTP
internal import TestServer
internal import Testing

@Suite("With a real Alertmanager", .serialized)
struct AlertmanagerTests {
  /// Alertmanager has a clock of its own.
  private static var now: Timestamp {
    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }

  private func freePort() throws -> Int {
    let server = try LoopbackServer { $0.answer(200) }
    server.stop()
    return server.port
  }

  @Test("an action fires until it is over, and one that failed leaves a human to look")
  func firing() async throws {
    let owed = try Owed(at: Self.now)
    let alertmanager = try await Alertmanager(port: freePort())
    defer { alertmanager.stop() }
    let receiver = try Owed.receiver("am", alertmanager.port, .alertmanager)
    let action = try Owed.action(at: owed.now)
    let other = try Owed.action(2, at: owed.now)
    try await owed.running([receiver]) { _ in
      try await owed.record("applied", action)
      try await owed.record("applied", other)
      try await eventually("both fire") {
        try await alertmanager.alerts() == ["FlyballAction active", "FlyballAction active"]
      }
      var released = action
      released.state = .closed(.released, at: owed.now)
      try await owed.record("released", released)
      try await eventually("one is over") {
        try await alertmanager.alerts() == ["FlyballAction active"]
      }
      var failed = other
      failed.state = .closed(.failed("no proof"), at: owed.now)
      try await owed.record("failed", failed)
      try await eventually("the other is over, and fires for a human") {
        try await alertmanager.alerts() == ["FlyballAttention active"]
      }
    }
  }

  @Test("an Alertmanager that forgot is reminded of what is open")
  func reminded() async throws {
    let owed = try Owed(at: Self.now)
    let port = try freePort()
    let first = try await Alertmanager(port: port)
    let receiver = try Owed.receiver("am", port, .alertmanager)
    try await owed.running([receiver]) { sender in
      try await owed.record("applied", try Owed.action(at: owed.now))
      try await eventually("it fires") {
        try await first.alerts() == ["FlyballAction active"]
      }
      first.stop()
      let second = try await Alertmanager(port: port)
      defer { second.stop() }
      #expect(try await second.alerts() == [])
      owed.pass(seconds: 60)
      try await eventually("it fires again") {
        try await second.alerts() == ["FlyballAction active"]
      }
      #expect(await sender.standing.receivers.map(\.tally.dead) == [0])
    }
  }

  @Test("what is silenced there is told nobody who heeds it, and what is not is")
  func silences() async throws {
    let owed = try Owed(at: Self.now)
    let alertmanager = try await Alertmanager(port: freePort())
    defer { alertmanager.stop() }
    let inbox = Inbox()
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    var heeding = try Owed.receiver("chat", server.port)
    heeding.silencedBy = "am"
    try await alertmanager.silence("id", "fb-000000000001")
    try await owed.running([try Owed.receiver("am", alertmanager.port, .alertmanager), heeding]) {
      sender in
      try await owed.record("applied", try Owed.action(1, at: owed.now))
      try await owed.record("applied", try Owed.action(2, at: owed.now))
      try await eventually("both are settled") { owed.cursors == ["am": 2, "chat": 2] }
      #expect(await sender.standing.receivers.map(\.tally.silenced) == [0, 1])
      #expect(
        try await alertmanager.alerts() == ["FlyballAction active", "FlyballAction suppressed"])
      for number in 1...2 as ClosedRange<UInt64> {
        try await owed.record(
          "released", try Owed.action(number, .closed(.released, at: owed.now), at: owed.now))
      }
      try await eventually("the ends are settled") { owed.cursors == ["am": 4, "chat": 4] }
      #expect(await sender.standing.receivers.map(\.tally.silenced) == [0, 2])
      #expect(try await alertmanager.alerts() == [])
      try await alertmanager.silence("id", "fb-000000000003")
      for (event, state) in [
        ("applied", ActionState.applying(until: owed.now, attempt: 1)),
        ("failed", .closed(.failed("no proof"), at: owed.now)),
      ] {
        try await owed.record(event, try Owed.action(3, state, at: owed.now))
        try await eventually("the \(event) is settled") {
          owed.cursors?.values.allSatisfy { $0 == (event == "failed" ? 6 : 5) } == true
        }
      }
      #expect(await sender.standing.receivers.map(\.tally.silenced) == [0, 4])
      #expect(try await alertmanager.alerts() == ["FlyballAttention suppressed"])
    }
    #expect(
      inbox.ids == ["fb-000000000002-2-action.applied", "fb-000000000002-4-action.released"])
  }

  @Test("an Alertmanager that does not answer silences nothing")
  func unreachable() async throws {
    let owed = try Owed(at: Self.now)
    let inbox = Inbox()
    let server = try LoopbackServer { exchange in
      inbox.take(exchange)
      exchange.answer(200)
    }
    defer { server.stop() }
    var heeding = try Owed.receiver("chat", server.port)
    heeding.silencedBy = "am"
    try await owed.running([try Owed.receiver("am", freePort(), .alertmanager), heeding]) { _ in
      try await owed.record("applied", try Owed.action(at: owed.now))
      try await eventually("it is told all the same") { inbox.ids.count == 1 }
    }
  }
}
