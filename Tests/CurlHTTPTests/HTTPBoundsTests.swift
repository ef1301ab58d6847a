internal import CurlHTTP
internal import Foundation
internal import GzipFile
internal import Synchronization
internal import TestServer
internal import Testing

@Suite("Bounds of the outbound client", .serialized)
struct HTTPBoundsTests {
  private static func error(_ request: HTTPRequest) async -> HTTPError? {
    do {
      let response = try await HTTPConnection().send(request)
      Issue.record("answers \(response.status) with \(response.body.count) bytes")
      return nil
    } catch {
      return error as? HTTPError
    }
  }

  private static func url(_ server: LoopbackServer) -> String { "http://127.0.0.1:\(server.port)/" }

  /// So many zero bytes, packed.
  private static func packed(_ count: Int) throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-\(ProcessInfo.processInfo.globallyUniqueString).gz").path
    defer { try? FileManager.default.removeItem(atPath: path) }  // Only a file of this test.
    let writer = try GzipWriter(path: path)
    let piece = [UInt8](repeating: 0, count: 1 << 20)
    for _ in 0..<(count >> 20) { try writer.write(piece) }
    try writer.close()
    return [UInt8](try #require(FileManager.default.contents(atPath: path)))
  }

  @Test("a body comes with its headers, unpacked when it may come packed")
  func unpacked() async throws {
    let body = try Self.packed(1 << 20)
    let server = try LoopbackServer {
      $0.answer(200, headers: ["Content-Encoding: gzip", "ETag:  \"one\""], body)
    }
    defer { server.stop() }
    let connection = HTTPConnection()
    let response = try await connection.send(
      HTTPRequest(url: Self.url(server), maximumBytes: 1 << 20, acceptsGzip: true))
    #expect(response.body.count == 1 << 20)
    #expect(response.headers["etag"] == "\"one\"")
    #expect(server.requests.last?.contains("Accept-Encoding: gzip") == true)
    let raw = try await connection.send(HTTPRequest(url: Self.url(server)))
    #expect(raw.body == body, "what may not come packed is not unpacked")
    #expect(server.connectionCount == 1)
  }

  @Test("a body that unpacks to more than the limit is refused, however small it comes")
  func bomb() async throws {
    let bomb = try Self.packed(256 << 20)
    #expect(bomb.count < 1 << 20)
    let server = try LoopbackServer { $0.answer(200, headers: ["Content-Encoding: gzip"], bomb) }
    defer { server.stop() }
    let error = await Self.error(
      HTTPRequest(url: Self.url(server), maximumBytes: 1 << 20, acceptsGzip: true))
    #expect(error?.isTooLarge == true, "\(String(describing: error))")
  }

  @Test("a body without end is refused at the limit, and so are headers without end")
  func endless() async throws {
    let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
    let body = try LoopbackServer { exchange in
      exchange.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      while exchange.write(chunk) {}
    }
    let headers = try LoopbackServer { exchange in
      exchange.write("HTTP/1.1 200 OK\r\n")
      while exchange.write("X-Some: thing\r\n") {}
    }
    for server in [body, headers] {
      defer { server.stop() }
      let error = await Self.error(HTTPRequest(url: Self.url(server), maximumBytes: 1 << 20))
      #expect(error?.isTooLarge == true, "\(String(describing: error))")
    }
  }

  @Test("a body that comes slowly ends at the time limit")
  func slow() async throws {
    let server = try LoopbackServer { exchange in
      exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
      exchange.waitForEnd()
    }
    defer { server.stop() }
    let clock = ContinuousClock()
    let start = clock.now
    let error = await Self.error(HTTPRequest(url: Self.url(server), timeoutMilliseconds: 300))
    #expect(error?.code == 28)
    #expect(clock.now - start < .seconds(3))
  }

  @Test("a task whose request waits behind another is cancelled at once, and is never sent")
  func cancelledInTheQueue() async throws {
    let mayAnswer = DispatchSemaphore(value: 0)
    let server = try LoopbackServer { exchange in
      mayAnswer.wait()
      exchange.answer(200, Array("late".utf8))
    }
    defer { server.stop() }
    let connection = HTTPConnection()
    let request = HTTPRequest(url: Self.url(server), timeoutMilliseconds: 60_000)
    let first = Task { try await connection.send(request).text }
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(20)
    while server.requests.isEmpty, clock.now < deadline {
      try await Task.sleep(for: .milliseconds(5))
    }
    let second = Task { try await connection.send(request).text }
    // Only then would it be given its end otherwise.
    DispatchQueue.global().asyncAfter(deadline: .now() + 5) { mayAnswer.signal() }
    let start = clock.now
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(clock.now - start < .seconds(3))
    mayAnswer.signal()
    #expect(try await first.value == "late")
    mayAnswer.signal()
    #expect(try await connection.send(request).text == "late")
    #expect(server.requests.count == 2)
  }

  @Test("a task that is cancelled waits for no response, nor for the one before it")
  func cancelled() async throws {
    let (pieces, piece) = AsyncStream<Void>.makeStream()
    let server = try LoopbackServer { exchange in
      exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
      // Past the timers that libcurl has of its own while it connects.
      for _ in 0..<10 {
        exchange.write("x")
        Thread.sleep(forTimeInterval: 0.05)
      }
      exchange.waitForEnd()
    }
    defer { server.stop() }
    let connection = HTTPConnection()
    let request = HTTPRequest(url: Self.url(server), timeoutMilliseconds: 60_000)
    let first = Task {
      try await connection.stream(request) { bytes in
        for _ in bytes { piece.yield() }
        return true
      }
    }
    var count = 0
    for await _ in pieces {
      count += 1
      if count == 10 { break }
    }
    let second = Task { try await connection.send(request) }
    second.cancel()
    first.cancel()
    let clock = ContinuousClock()
    let start = clock.now
    await #expect(throws: CancellationError.self) { try await first.value }
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(clock.now - start < .seconds(5), "it is woken")
    #expect(server.requests.count == 1)
  }

  @Test("a server waits while the taker of a stream does")
  func backPressure() async throws {
    let sent = Mutex(0)
    let piece = [UInt8](repeating: 0x78, count: 65_536)
    let server = try LoopbackServer { exchange in
      exchange.write("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
      while exchange.write(piece) { sent.withLock { $0 += piece.count } }
    }
    defer { server.stop() }
    let taken = Mutex(0)
    _ = try await HTTPConnection().stream(HTTPRequest(url: Self.url(server))) { bytes in
      let total = taken.withLock { count in
        count += bytes.count
        return count
      }
      // The server runs on meanwhile; what lies between is what the kernel holds.
      Thread.sleep(forTimeInterval: 0.02)
      return total < 1 << 20
    }
    #expect(sent.withLock { $0 } < 64 << 20)
  }
}
