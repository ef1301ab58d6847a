internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import Testing

struct SQLiteHistoryTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "flyball-history-\(UInt64.random(in: 0 ... .max))")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private var path: String { folder.appendingPathComponent("history.db").path }

  private func action(
    _ number: UInt64, _ state: ActionState, policy: String = "p"
  ) throws -> ActionRecord {
    try ActionRecord.sample(number, state, policy: policy)
  }

  private func entry(_ action: ActionRecord?, _ event: String) -> HistoryEntry {
    HistoryEntry(
      at: Timestamp(seconds: 1), isIntent: true, action: action, event: event, detail: "d")
  }

  @Test("after a restart what is open and what was in force of late are there as they were")
  func restart() async throws {
    let open = try action(1, .holding(since: Timestamp(seconds: 2), calmSince: nil))
    let closed = try action(2, .closed(.failed("f"), at: Timestamp(seconds: 3)))
    do {
      let history = try SQLiteHistory(path: path)
      try await history.append([entry(open, "intent"), entry(closed, "failed")])
      try await history.append([entry(nil, "paused")])
      try history.close()
    }
    let history = try SQLiteHistory(path: path)
    #expect(
      try await history.storedState() == StoredState(actions: [open, closed], isPaused: true))
    #expect(try await history.actions(ActionFilter(), limit: 10) == [closed, open])
    let found = try #require(try await history.action(open.id))
    #expect(found.0 == open)
    #expect(found.1.map(\.event) == ["intent"])
  }

  @Test("actions of self-tests hide no others, and only the open ones come back")
  func selfTests() async throws {
    let history = try SQLiteHistory(path: path)
    let name = ResponsePolicy.selfTestName
    let real = try action(1, .closed(.released, at: Timestamp(seconds: 3)))
    let open = try action(
      2, .holding(since: Timestamp(seconds: 2), calmSince: nil), policy: name)
    var entries = [entry(real, "released"), entry(open, "effective")]
    for number in 3..<600 as Range<UInt64> {
      let passed = try action(
        number, .closed(.released, at: Timestamp(seconds: 3)), policy: name)
      entries.append(entry(passed, "released"))
    }
    try await history.append(entries)
    #expect(try await history.actions(ActionFilter(), limit: 10) == [real])
    #expect(try await history.storedState().actions == [open, real])
    #expect(try await history.action(ActionID(number: 3)) != nil)
  }

  @Test("what an operator said no to in the last two days is there as it was, and no other refusal")
  func rejected() async throws {
    let history = try SQLiteHistory(path: path)
    let at = Timestamp(seconds: 200_001)
    let old = try action(27_199, .closed(.refused(.rejected(by: "alice")), at: at))
    let no = try action(27_201, .closed(.refused(.rejected(by: #"a "b""#)), at: at))
    var others = [Refusal.paused, .cooldown(until: at), .approvalExpired, .storeUnsafe("rejected")]
    others.append(.incapable(#"{"rejected":{"by":"mallory"}}"#))
    let refused = try others.enumerated().map { number, refusal in
      try action(199_000 + UInt64(number), .closed(.refused(refusal), at: at))
    }
    let latest = try action(200_000, .awaitingApproval(until: at))
    try await history.append(([old, no, latest] + refused).map { entry($0, "refused") })
    #expect(try await history.storedState().actions == [latest, no])
  }

  @Test("a second process on the same file is told so")
  func inUse() throws {
    let first = try SQLiteHistory(path: path)
    let error = #expect(throws: HistoryError.self) { try SQLiteHistory(path: path) }
    #expect(error?.code == .inUse)
    try first.close()
  }

  @Test("a file that is no database is refused and left as it is")
  func damaged() throws {
    let bytes = Data(repeating: 0x41, count: 8_192)
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: HistoryError.self) { try SQLiteHistory(path: path) }
    #expect(error?.code == .notADatabase)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }

  @Test("a folder that does not exist is an error that names the path")
  func noFolder() {
    let error = #expect(throws: HistoryError.self) {
      try SQLiteHistory(path: folder.path + "/none/history.db")
    }
    #expect(error?.message.contains("none/history.db") == true)
  }

  @Test("what is withdrawn or stepped down after a failed write is so for the next process")
  func withdrawnWithoutRecord() async throws {
    let holding = ActionState.holding(since: Timestamp(seconds: 2), calmSince: nil)
    let actions = try (1...4).map { try action($0, holding) }
    do {
      let history = try SQLiteHistory(path: path)
      try await history.append(actions.map { entry($0, "intent") })
      try history.close()
      var withdrawn = actions
      withdrawn[0].state = .releasing(.final(.released), until: Timestamp(seconds: 9))
      withdrawn[1].state = .releasing(.step, until: Timestamp(seconds: 9))
      withdrawn[2].state = .verifyingRelease(.step, until: Timestamp(seconds: 9))
      withdrawn[2].course.harmed = true
      for by in [nil, "alice"] {
        withdrawn[0].course.revertedBy = by
        let error = await #expect(throws: HistoryError.self) {
          try await history.append(withdrawn.map { entry($0, "releasing") })
        }
        #expect(error?.code == .noted)
      }
    }
    do {
      let history = try SQLiteHistory(path: path)
      let stored = try await history.storedState().actions
      #expect(
        stored.map(\.state) == [
          .releasing(.final(.released), until: actions[0].notAfter),
          .releasing(.step, until: actions[1].notAfter),
          .releasing(.step, until: actions[2].notAfter), holding,
        ])
      #expect(stored[0].course.withdrawnUnrecordedAt == Timestamp(seconds: 1))
      #expect(stored[0].course.revertedBy == "alice")
      #expect(stored[1].course.withdrawnUnrecordedAt == Timestamp(seconds: 1))
      #expect(stored.map(\.course.harmed) == [false, false, true, false])
      #expect(stored[3].course.withdrawnUnrecordedAt == nil)
      var closed = stored[0]
      closed.state = .closed(.released, at: Timestamp(seconds: 10))
      // Of the third the history is newer than the note.
      var later = actions[2]
      later.sentAt = Timestamp(seconds: 11)
      try await history.append([
        entry(closed, "released"), entry(stored[1], "releasing"), entry(later, "applied"),
      ])
      try history.close()
    }
    // A note that is no longer needed makes room.
    for _ in 0..<2 {
      let history = try SQLiteHistory(path: path)
      #expect(try await history.storedState().actions.count == 4)
      try history.close()
    }
    let note = try Data(contentsOf: URL(fileURLWithPath: path + ".withdrawn"))
    #expect(note.count == 262_144 && note.allSatisfy { $0 == 0 })
  }

  @Test(
    "what is noted of one action makes room as soon as the history tells it, whatever else is open")
  func noteMakesRoom() async throws {
    let holding = ActionState.holding(since: Timestamp(seconds: 2), calmSince: nil)
    var actions = try (1...2).map { try action($0, holding) }
    do {
      let history = try SQLiteHistory(path: path)
      try await history.append(actions.map { entry($0, "intent") })
      try history.close()
      for index in 0..<2 {
        actions[index].state = .releasing(.final(.released), until: Timestamp(seconds: 9))
        // Longer than there is room for, and with what would end a line.
        actions[index].course.revertedBy = "a\n\(String(repeating: "é", count: 40))"
      }
      await #expect(throws: HistoryError.self) {
        try await history.append(actions.map { entry($0, "releasing") })
      }
    }
    do {
      let history = try SQLiteHistory(path: path)
      let stored = try await history.storedState().actions
      #expect(
        stored.map(\.course.revertedBy)
          == Array(repeating: "a " + String(repeating: "é", count: 18), count: 2))
      try await history.append([entry(stored[0], "releasing")])
      try history.close()
    }
    let history = try SQLiteHistory(path: path)
    #expect(
      try await history.storedState().actions.map(\.state)
        == actions.map { .releasing(.final(.released), until: $0.notAfter) })
    let note = try String(
      decoding: Data(contentsOf: URL(fileURLWithPath: path + ".withdrawn")), as: UTF8.self)
    #expect(!note.contains(actions[0].id.description))
    #expect(note.contains(actions[1].id.description))
    try history.close()
  }

  @Test("after one failed write nothing more is written")
  func latch() async throws {
    let history = try SQLiteHistory(path: path)
    let open = try action(1, .recording(from: nil, until: Timestamp(seconds: 9)))
    try history.close()
    await #expect(throws: HistoryError.self) { try await history.append([entry(open, "a")]) }
    let error = await #expect(throws: HistoryError.self) {
      try await history.append([entry(open, "b")])
    }
    #expect(error?.message.contains("earlier write failed") == true)
  }
}
