internal import CFakeResolver
internal import CurlHTTP
internal import Foundation
internal import TestServer
internal import Testing

@Suite("The server's name", .serialized)
struct ServerNameTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("flyball-\(ProcessInfo.processInfo.globallyUniqueString)")

  @Test("a certificate of another name is refused, unless names are not to be verified")
  func names() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // Only what this test made.
    let (roots, key) = try certificate(for: "right.resolver.test")
    let (server, port) = try serve(roots, key)
    defer {
      // It inherits a mask of signals that may hold the gentler one.
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    for name in ["right", "wrong"] {
      let answers = [strdup("127.0.0.1")]
      fake_resolver_set("\(name).resolver.test", answers.map { UnsafePointer($0) }, 1)
      for copy in answers { free(copy) }
    }
    func status(_ name: String, verifiesName: Bool) async throws -> Int {
      try await HTTPConnection().send(
        HTTPRequest(
          url: "https://\(name).resolver.test:\(port)/",
          tls: HTTPRequest.ClientTLS(roots: roots, verifiesName: verifiesName))
      ).status
    }
    #expect(try await status("right", verifiesName: true) == 200)
    #expect(try await status("wrong", verifiesName: false) == 200)
    do {
      _ = try await status("wrong", verifiesName: true)
      Issue.record("the certificate of another name was taken")
    } catch let error as HTTPError {
      #expect(error.code == 60)
    }
    do {
      _ = try await HTTPConnection().send(
        HTTPRequest(url: "https://right.resolver.test:\(port)/"))
      Issue.record("an unknown root was taken")
    } catch let error as HTTPError {
      #expect(error.code == 60)
    }
  }

  @Test("a redirect from https to http is refused, and one to https is followed")
  func downgrade() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // Only what this test made.
    let plain = try LoopbackServer { $0.answer(200, Array("plain".utf8)) }
    defer { plain.stop() }
    let (roots, key) = try certificate(for: "moved.resolver.test")
    let (server, port) = try serve(roots, key, as: "-HTTP")
    defer {
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    let answers = [strdup("127.0.0.1")]
    fake_resolver_set("moved.resolver.test", answers.map { UnsafePointer($0) }, 1)
    for copy in answers { free(copy) }
    let secure = "https://moved.resolver.test:\(port)"
    for (name, location) in [
      ("down", "http://127.0.0.1:\(plain.port)/"), ("on", secure + "/end"), ("end", nil),
    ] {
      let head = location.map { "302 Found\r\nLocation: \($0)" } ?? "200 OK"
      try "HTTP/1.1 \(head)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".write(
        to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    func status(_ path: String) async throws -> Int {
      try await HTTPConnection().send(
        HTTPRequest(
          url: "\(secure)/\(path)", tls: HTTPRequest.ClientTLS(roots: roots),
          timeoutMilliseconds: 20_000, maximumRedirects: 3)
      ).status
    }
    #expect(try await status("on") == 200)
    do {
      _ = try await status("down")
      Issue.record("what was encrypted went on without")
    } catch let error as HTTPError {
      #expect(error.code == 1, "\(error)")
    }
    #expect(plain.connectionCount == 0)
  }

  private func certificate(for name: String) throws -> (certificate: String, key: String) {
    let certificate = folder.appendingPathComponent("certificate.pem").path
    let key = folder.appendingPathComponent("key.pem").path
    let tool = process([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key,
      "-out", certificate,
    ])
    try tool.run()
    tool.waitUntilExit()
    try #require(tool.terminationStatus == 0)
    return (certificate, key)
  }

  /// `mode`: a page of its own, or with `-HTTP` whole responses out of files of the folder.
  private func serve(
    _ certificate: String, _ key: String, as mode: String = "-www"
  ) throws -> (Process, Int) {
    let tool = process([
      "s_server", "-accept", "127.0.0.1:0", mode, "-cert", certificate, "-key", key,
    ])
    tool.currentDirectoryURL = folder
    let output = Pipe()
    tool.standardOutput = output
    try tool.run()
    var text = ""
    while !text.contains("ACCEPT 127.0.0.1:") || !text.hasSuffix("\n") {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { break }
      text += String(decoding: bytes, as: UTF8.self)
    }
    let port = text.split(separator: "ACCEPT 127.0.0.1:").last.flatMap {
      Int($0.prefix { $0.isNumber })
    }
    return (tool, try #require(port, "\(text)"))
  }

  private func process(_ arguments: [String]) -> Process {
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tool.arguments = ["openssl"] + arguments
    tool.standardInput = FileHandle.nullDevice
    tool.standardError = FileHandle.nullDevice
    return tool
  }
}
