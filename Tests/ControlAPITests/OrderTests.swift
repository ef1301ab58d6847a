internal import ControlViews
internal import CurlHTTP
internal import Foundation
internal import MeshModel
internal import Testing

struct OrderTests {
  private static let subject = "spiffe://shop.demo/ns/shop/sa/web"

  private static func body(seconds: Int64 = 60, reason: String = "odd") -> String {
    """
    {"subject": "\(subject)", "action": "quarantine", "seconds": \(seconds), "reason": "\(reason)"}
    """
  }

  private static func problem(_ response: HTTPResponse) throws -> String {
    let problem = try JSONDecoder().decode(Problem.self, from: Data(response.body))
    #expect(problem.status == response.status)
    return String(problem.type.dropFirst("urn:flyball:problem:".count))
  }

  private static func count(_ served: ServedDesk) async throws -> Int {
    let list: ActionList = try await served.decoded("/v1/actions")
    return list.actions.count
  }

  private static let keyed = ["Content-Type: application/json", "Idempotency-Key: k1"]

  @Test("the same key, caller and order is carried out once, and answered alike")
  func repeated() async throws {
    try await ServedDesk.with { served in
      try await served.attach("web")
      let first = try await served.post("/v1/actions", Self.body(), headers: Self.keyed)
      #expect(first.status == 200)
      let second = try await served.post("/v1/actions", Self.body(), headers: Self.keyed)
      #expect(second.status == 200)
      #expect(second.body == first.body)
      try await served.wait("one action") { try await Self.count(served) == 1 }
      // Without the key it is an order of its own, which is refused now.
      #expect(try await served.post("/v1/actions", Self.body()).status == 409)
    }
  }

  @Test("a key that was used for another order is refused, and what was refused stays so")
  func otherOrder() async throws {
    try await ServedDesk.with { served in
      let refused = try await served.post("/v1/actions", Self.body(), headers: Self.keyed)
      #expect(refused.status == 409)
      try await served.attach("web")
      let again = try await served.post("/v1/actions", Self.body(), headers: Self.keyed)
      #expect(again.body == refused.body)
      let other = try await served.post(
        "/v1/actions", Self.body(seconds: 61), headers: Self.keyed)
      #expect(other.status == 422)
      #expect(try Self.problem(other) == "key-reused")
      let elsewhere = try await served.post("/v1/pause", headers: ["Idempotency-Key: k1"])
      #expect(elsewhere.status == 422)
      let status: StatusView = try await served.decoded("/v1/status")
      #expect(!status.paused)
    }
  }

  @Test(
    "a key is 1 to 64 visible characters",
    arguments: ["", "a b", String(repeating: "k", count: 65), "\u{e9}", "a\tb"])
  func badKey(_ key: String) async throws {
    try await ServedDesk.with { served in
      let connection = try RawConnection(served.socket)
      try connection.send(
        "POST /v1/pause HTTP/1.1\r\nHost: x\r\nIdempotency-Key: \(key)\r\nContent-Length: 0\r\n\r\n"
      )
      #expect(try connection.status() == 400)
      let status: StatusView = try await served.decoded("/v1/status")
      #expect(!status.paused)
    }
  }

  @Test(
    "a body that is not as documented is refused, whatever it is",
    arguments: [
      "", "{}", "[]", "null", "1", "\"x\"", "{", "{\"subject\": 1}", #"{"seconds": 1e400}"#,
      #"{"subject":"x","action":"quarantine","seconds":9223372036854775807,"reason":"r"}"#,
      #"{"subject":"spiffe://shop.demo/ns/shop/sa/web","action":"quarantine","seconds":9223372036854775807,"reason":"r"}"#,
      #"{"subject":"spiffe://shop.demo/ns/shop/sa/web","action":"nuke","seconds":1,"reason":"r"}"#,
      #"{"subject":"spiffe://shop.demo/ns/shop/sa/web","action":"quarantine","seconds":1,"reason":""}"#,
      #"{"subject":"spiffe://shop.demo/ns/shop/sa/web","action":"quarantine","seconds":1,"reason":"r","force":true}"#,
      #"{"subject":"spiffe://shop.demo/ns/shop/sa/web","action":"throttle","rate":4294967296,"seconds":1,"reason":"r"}"#,
      String(repeating: "[", count: 60_000),
    ])
  func badBody(_ body: String) async throws {
    try await ServedDesk.with { served in
      try await served.attach("web")
      for path in ["/v1/actions", "/v1/actions/fb-000000000001/extend"] {
        let response = try await served.post(path, body)
        #expect([400, 404].contains(response.status), "\(path)")
      }
      #expect(try await Self.count(served) == 0)
    }
  }

  @Test("a body of another type is refused: a page of another site can send forms, and no JSON")
  func type() async throws {
    try await ServedDesk.with { served in
      try await served.attach("web")
      for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let response = try await served.post(
          "/v1/actions", Self.body(), headers: ["Content-Type: \(type)"])
        #expect(response.status == 415)
      }
      let typed = ["Content-Type: Application/JSON; charset=utf-8"]
      #expect(try await served.post("/v1/actions", Self.body(), headers: typed).status == 200)
    }
  }

  @Test("a body beyond 64 KiB is refused, and one where none belongs")
  func size() async throws {
    try await ServedDesk.with { served in
      let large = try await served.post(
        "/v1/actions", Self.body(reason: String(repeating: "x", count: 70_000)))
      #expect(large.status == 413)
      #expect(try Self.problem(large) == "too-large")
      let reason = String(repeating: "x", count: 1_001)
      #expect(try await served.post("/v1/actions", Self.body(reason: reason)).status == 400)
      #expect(try await served.post("/v1/pause", "{}").status == 400)
      let status: StatusView = try await served.decoded("/v1/status")
      #expect(!status.paused)
    }
  }

  @Test(
    "an order tells where its action is, and hostile text in it arrives as it was, but for zero bytes"
  )
  func ordered() async throws {
    try await ServedDesk.with { served in
      try await served.attach("web")
      let reason = #"<b>\u0000\u202e\n\ud83d\ude00'; DROP TABLE action;--"#
      let answer = try await served.post("/v1/actions", Self.body(reason: reason))
      #expect(answer.status == 200)
      try await served.wait("the record") {
        let list: HistoryList = try await served.decoded("/v1/history?event=intent")
        return list.records.first?.detail.contains(
          "<b>\u{FFFD}\u{202E}\n\u{1F600}'; DROP TABLE action;--") == true
      }
    }
  }

  @Test("what does not hold is not extended, and the answer says why")
  func extend() async throws {
    try await ServedDesk.with { served in
      try await served.attach("web")
      #expect(try await served.post("/v1/actions", Self.body()).status == 200)
      try await served.wait("the action") { try await Self.count(served) == 1 }
      let list: ActionList = try await served.decoded("/v1/actions")
      let id = try #require(list.actions.first).id
      let response = try await served.post(
        "/v1/actions/\(id)/extend", #"{"seconds": 60, "reason": "not over yet"}"#)
      #expect(response.status == 409)
      #expect(response.text.contains("only what holds can be extended"))
    }
  }
}
