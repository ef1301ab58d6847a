internal import ControlViews
internal import CurlHTTP
internal import Foundation
internal import MeshModel
internal import Synchronization
internal import Testing

struct EventStreamTests {
  struct Event: Equatable, Sendable {
    var name = ""
    var id: Int64?
    var data = ""
  }

  /// What a stream sent until `isEnough`, read as a browser would.
  private static func read(
    _ served: ServedDesk, after id: String? = nil,
    until isEnough: @escaping @Sendable ([Event]) -> Bool
  ) async throws -> [Event] {
    let bytes = Mutex<[UInt8]>([])
    let isOver = Mutex(false)
    let request = HTTPRequest(
      url: "http://flyball/v1/events", headers: id.map { ["Last-Event-ID: \($0)"] } ?? [],
      unixSocket: served.socket, timeoutMilliseconds: 20_000)
    _ = try? await HTTPConnection().stream(request) { part in  // Ends by saying false.
      let text = bytes.withLock { all in
        all += part
        return String(decoding: all, as: UTF8.self)
      }
      let enough = isEnough(events(text))
      isOver.withLock { $0 = enough }
      return !enough
    }
    guard isOver.withLock({ $0 }) else { throw ServedDesk.Late(what: "events") }
    return events(bytes.withLock { String(decoding: $0, as: UTF8.self) })
  }

  private static func events(_ text: String) -> [Event] {
    text.components(separatedBy: "\n\n").dropLast().compactMap { block in
      var event = Event()
      for line in block.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { continue }
        let value = parts[1].drop { $0 == " " }
        switch parts[0] {
        case "event": event.name = String(value)
        case "id": event.id = Int64(value)
        case "data": event.data += value
        default: Issue.record("an unknown field \(parts[0])")
        }
      }
      return event.name.isEmpty ? nil : event
    }
  }

  private static func act(_ served: ServedDesk) async throws {
    try await served.attach("web")
    try await served.detect("web", id: 1)
    try await served.wait("the action's records") {
      let list: HistoryList = try await served.decoded("/v1/history")
      return list.records.contains { $0.event == "applied" }
    }
  }

  @Test(
    "a reader from the beginning gets the state, then every record's event in order, with its number"
  )
  func all() async throws {
    try await ServedDesk.with { served in
      try await Self.act(served)
      let list: HistoryList = try await served.decoded("/v1/history")
      let last = try #require(list.records.first).record
      let events = try await Self.read(served, after: "0") { $0.contains { $0.id == last } }
      #expect(events.first?.name == "status")
      #expect(events.first?.id == nil)
      #expect(events.compactMap(\.id) == (1...last).map(\.self))
      #expect(events.filter { $0.name == "alert" }.count == 1)
      let check = try SchemaCheck()
      let schemas = ["status": "Status", "alert": "Alert", "action": "Action"]
      for event in events {
        let json = try JSONSerialization.jsonObject(with: Data(event.data.utf8))
        let name = try #require(schemas[event.name])
        let schema = try #require(check.schemas[name])
        #expect(check.findings(json, schema) == [])
      }
    }
  }

  @Test("a reader that was cut off goes on after what it had, and misses nothing")
  func resumed() async throws {
    try await ServedDesk.with { served in
      try await Self.act(served)
      let first = try await Self.read(served, after: "0") { $0.contains { $0.id == 1 } }
      #expect(first.contains { $0.id == 1 })
      _ = try await served.post("/v1/pause")
      try await served.wait("the pause") {
        let list: HistoryList = try await served.decoded("/v1/history?event=paused")
        return !list.records.isEmpty
      }
      let list: HistoryList = try await served.decoded("/v1/history")
      let last = try #require(list.records.first).record
      let rest = try await Self.read(served, after: "1") { $0.contains { $0.id == last } }
      #expect(rest.compactMap(\.id) == (2...last).map(\.self))
      #expect(rest.last?.name == "status")
    }
  }

  @Test("without an id a reader hears only of what comes")
  func fromNow() async throws {
    try await ServedDesk.with { served in
      try await Self.act(served)
      async let events = Self.read(served) { $0.contains { $0.id != nil } }
      try await Task.sleep(for: .milliseconds(300))
      _ = try await served.post("/v1/pause")
      #expect(try await events.compactMap(\.id).count == 1)
    }
  }

  @Test("the id of a longer history means from now on, and no number is refused")
  func otherHistory() async throws {
    try await ServedDesk.with { served in
      async let events = Self.read(served, after: "999999") { $0.contains { $0.id != nil } }
      try await Task.sleep(for: .milliseconds(300))
      _ = try await served.post("/v1/pause")
      #expect(try await events.last?.name == "status")
      for id in ["x", "-1", "1.5", "99999999999999999999"] {
        let response = try await served.get("/v1/events", headers: ["Last-Event-ID: \(id)"])
        #expect(response.status == 400, "\(id)")
      }
    }
  }

  @Test("64 readers follow at once, and the next is told that there is no room")
  func bound() async throws {
    try await ServedDesk.with { served in
      var readers: [RawConnection] = []
      for _ in 0..<64 {
        let reader = try RawConnection(served.socket)
        try reader.send("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try reader.status() == 200)
        readers.append(reader)
      }
      #expect(try await served.get("/v1/events").status == 503)
      readers = []
      // Who goes away makes room at once, and not only when next written to.
      try await served.wait("room", seconds: 10) {
        let reader = try RawConnection(served.socket)
        try reader.send("GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        return try reader.status() == 200
      }
    }
  }
}
