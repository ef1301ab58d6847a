internal import ControlViews
internal import CurlHTTP
internal import Foundation
internal import MeshModel
internal import Testing

/// Bytes that no client of ours sends. Whatever comes, the next one is served.
struct AbuseTests {
  private static func stillServes(_ served: ServedDesk) async throws {
    #expect(try await served.get("/v1/status").status == 200)
  }

  @Test("malformed and oversized requests are refused or cut off, and harm nobody else")
  func malformed() async throws {
    let long = String(repeating: "a", count: 200_000)
    let requests = [
      "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}",
      "GET /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST /v1/pause HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "POST /v1/pause HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST /v1/pause HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
      "POST /v1/pause HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST /v1/pause HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
      "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nX: \(long)\r\n\r\n",
      "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 5_000) + "\r\n",
      "GET /v1/actions?\(long) HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /v1/actions/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET http://else.where/v1/status HTTP/1.1\r\nHost: x\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /v1/status HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]
    try await ServedDesk.with { served in
      for request in requests {
        let connection = try RawConnection(served.socket)
        // The other end may close before all is sent.
        try? connection.send(request)
        let status = try connection.status()
        #expect(
          status == 0 || status == 200 || (400..<500).contains(status), "\(request.prefix(80))")
      }
      try await Self.stillServes(served)
      let status: StatusView = try await served.decoded("/v1/status")
      #expect(!status.paused)
    }
  }

  @Test("random bytes harm nobody", arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    var requests: [[UInt8]] = []
    let sample = Array(
      "POST /v1/actions?limit=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}".utf8)
    for _ in 0..<60 {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: .min ... .max, using: &random)
      }
      requests.append(bytes)
    }
    let sent = requests
    try await ServedDesk.with { served in
      for bytes in sent {
        let connection = try RawConnection(served.socket)
        try? connection.send(bytes)  // The other end may close before all is sent.
      }
      try await Self.stillServes(served)
    }
  }

  @Test("requests that never end, and answers that nobody reads, keep nobody waiting")
  func slow() async throws {
    try await ServedDesk.with { served in
      var slow: [RawConnection] = []
      for number in 0..<100 {
        let connection = try RawConnection(served.socket)
        let parts = [
          "GET /v1/sta", "POST /v1/actions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
          "GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n",
          "GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n",
        ]
        try connection.send(parts[number % parts.count])
        slow.append(connection)
      }
      try await Self.stillServes(served)
      slow = []
      try await Self.stillServes(served)
    }
  }

  @Test("pipelined requests are answered in order")
  func pipelined() async throws {
    try await ServedDesk.with { served in
      let connection = try RawConnection(served.socket)
      try connection.send(
        String(repeating: "GET /v1/whoami HTTP/1.1\r\nHost: x\r\n\r\n", count: 20)
          + "GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      var text = ""
      while case let part = connection.receive(), !part.isEmpty {
        text += String(decoding: part, as: UTF8.self)
      }
      let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
      #expect(statuses == Array(repeating: "200", count: 20) + ["404"])
    }
  }
}
