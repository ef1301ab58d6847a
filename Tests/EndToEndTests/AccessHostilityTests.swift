internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  struct AccessHostilityTests {}
}

extension EndToEndTests.AccessHostilityTests {
  @Test(
    "malformed, oversize and pipelined requests are answered or closed, and others are served",
    .timeLimit(.minutes(2)))
  func malformed() async throws {
    try await AccessDesk.with { desk in
      let long = String(repeating: "a", count: 200_000)
      for text in [
        "\r\n\r\n\r\n", "GET\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET /v1/status HTTP/9.9\r\n\r\n",
        "GET /\(long) HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: \(long)\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\n"
          + (0..<1_000).map { "X\($0): y\r\n" }.joined() + "\r\n",
        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      ] {
        let (answer, isClosed) = try await desk.client.send([text], seconds: 15)
        // Never what somebody who is known would get, and never nothing.
        #expect(answer.map { $0.status >= 400 } ?? isClosed, "\(text.prefix(60))")
      }
      let form = AccessDesk.form
      let large = try await desk.request("POST", "/login", form, body: "token=" + long)
      #expect(large?.status == 413)
      for body in ["", "x", "token", "token=%zz", "token=a&token=b", "token=%ff", "&&&==="] {
        let answer = try await desk.request("POST", "/login", form, body: body)
        #expect([303, 400].contains(answer?.status), "\(body): \(answer?.status ?? 0)")
      }
      for token in [long, "\u{e9}", "flyball_" + String(repeating: "0", count: 81)] {
        let answer = try await desk.request("GET", "/v1/status", ["Authorization: Bearer \(token)"])
        #expect(
          answer == nil || [400, 401, 429, 431].contains(answer?.status), "\(token.prefix(9))")
      }
      // Pipelined requests are answered one after the other.
      let one = AccessDesk.text("GET", "/v1/status")
      let piped = try await desk.client.send([String(repeating: one, count: 50)])
      #expect(piped.answer?.status == 401)
      #expect(try await desk.request("GET", "/v1/status")?.status == 401)
    }
  }

  @Test(
    "who is slow with a handshake, a head or a body is cut off in time",
    .timeLimit(.minutes(2)))
  func slow() async throws {
    try await AccessDesk.with { desk in
      let login = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"
      let drops = (0..<60).map { _ in "a" }
      async let head = desk.client.send(
        ["GET /v1/"] + drops, pause: .milliseconds(500), seconds: 25)
      async let body = desk.client.send([login] + drops, pause: .milliseconds(500), seconds: 25)
      async let nothing = desk.client.send([], seconds: 25)
      async let handshake = desk.silence(seconds: 25)
      let began = ContinuousClock.now
      for result in [try await head, try await body, try await nothing] {
        #expect(result.isClosed || result.answer.map { $0.status >= 400 } == true)
      }
      #expect(try await handshake)
      #expect(ContinuousClock.now - began < .seconds(20))
    }
  }

  @Test("one address has so many connections and no more, and they are given back")
  func connections() async throws {
    try await AccessDesk.with { desk in
      let held = try (0..<70).map { _ in try desk.connected() }
      try await desk.until("the bound") { held.count { AccessDesk.isClosed($0) } == 6 }
      for descriptor in held { close(descriptor) }
      try await desk.until("room") {
        (try? await desk.request("GET", "/v1/status"))??.status == 401
      }
    }
  }

  @Test("failed logins of an address are bounded, and a good token still is let in")
  func failures() async throws {
    try await AccessDesk.with { desk in
      let token = try await desk.token(of: "viewer")
      var statuses: [Int] = []
      for _ in 0..<20 {
        let answer = try await desk.request("GET", "/v1/status", ["Authorization: Bearer x"])
        statuses.append(answer?.status ?? 0)
      }
      #expect(statuses.prefix(10).allSatisfy { $0 == 401 } && statuses.last == 429)
      let good = try await desk.request("GET", "/v1/status", ["Authorization: Bearer \(token)"])
      #expect(good?.status == 200)
      #expect(desk.log.components(separatedBy: "a login failed").count < 16)
      #expect(!desk.log.contains(token.suffix(64)))
    }
  }
}

extension AccessDesk {
  /// A connection on which nothing is said, not even the beginning of TLS.
  func connected() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw DemoError("cannot connect") }
    return descriptor
  }

  /// Whether the other end has closed it.
  static func isClosed(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 0
  }

  /// Whether silence before the handshake is cut off in time.
  func silence(seconds: Int) async throws -> Bool {
    let descriptor = try connected()
    defer { close(descriptor) }
    for _ in 0..<(seconds * 10) {
      if Self.isClosed(descriptor) { return true }
      try await Task.sleep(for: .milliseconds(100))
    }
    return false
  }
}
