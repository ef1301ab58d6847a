internal import FeedsHTTP
internal import Foundation
internal import TestServer
internal import MeshModel
internal import Testing
internal import ThreatIntelligence

@Suite("What is fetched of a feed", .serialized)
struct FeedFetcherTests {
  private static let loopback = [IPPrefix("127.0.0.0/8")].compactMap(\.self)
  private static let list = FeedSettings.Format.list(
    ListFormat(content: .targets(subdomains: false)))
  private static let now = Timestamp(seconds: 1_800_000_000)

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("flyball-\(ProcessInfo.processInfo.globallyUniqueString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private static func settings(
    _ place: FeedSettings.Place, _ format: FeedSettings.Format = list,
    _ credentials: FeedSettings.Credentials? = nil, patience: Int64 = 10
  ) -> FeedSettings {
    FeedSettings(
      place: place, format: format, credentials: credentials,
      terms: FeedTerms(name: "f", confidence: 70, lifetimeSeconds: 86_400, mostEntries: 100),
      policy: FeedPolicy(periodSeconds: 3_600, patienceSeconds: patience))
  }

  private static func fetch(
    _ settings: FeedSettings, unless mark: FeedMark? = nil, allowing: [IPPrefix] = loopback,
    at now: Timestamp = now
  ) async throws(FetchFailure) -> FeedDocuments? {
    try await FeedFetcher(
      settings: settings, allowed: allowing, on: FeedQueue(), reading: FeedFiles(),
      secrets: FeedFiles()
    )
    .fetch(unless: mark, at: now)
  }

  private static func version(
    _ found: FeedDocuments?, _ settings: FeedSettings
  ) throws -> FeedVersion {
    try #require(found).read(settings, IndicatorExclusions(names: [], ranges: []))
  }

  private func file(_ name: String, _ text: String) throws -> String {
    let path = folder.appendingPathComponent(name).path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test("a list is fetched once, and the second time the server says that nothing changed")
  func list() async throws {
    let server = try LoopbackServer { exchange in
      if exchange.head.contains("If-None-Match: \"v1\"") {
        exchange.answer(304, headers: ["ETag: \"v1\""])
      } else {
        exchange.answer(200, headers: ["ETag: \"v1\""], Array("203.0.113.7\nevil.test\n".utf8))
      }
    }
    defer { server.stop() }
    let settings = Self.settings(.url("http://127.0.0.1:\(server.port)/list"))
    let found = try await Self.fetch(settings)
    #expect(
      try Self.version(found, settings).indicators.map(\.value.description)
        == ["203.0.113.7", "evil.test"])
    #expect(try await Self.fetch(settings, unless: found?.mark) == nil)
    #expect(server.requests.count == 2)
  }

  @Test("a version with the bytes of the one that is held is no new one")
  func sameBytes() async throws {
    let server = try LoopbackServer { $0.answer(200, Array("203.0.113.7\n".utf8)) }
    defer { server.stop() }
    let settings = Self.settings(.url("http://127.0.0.1:\(server.port)/"))
    let found = try await Self.fetch(settings)
    #expect(found != nil)
    #expect(try await Self.fetch(settings, unless: found?.mark) == nil)
  }

  @Test("a feed at a private address, or that leads to one, is refused unless its block is allowed")
  func privateAddresses() async throws {
    let inside = try LoopbackServer { $0.answer(200, Array("203.0.113.7\n".utf8)) }
    defer { inside.stop() }
    let direct = Self.settings(.url("http://127.0.0.1:\(inside.port)/"))
    await #expect(throws: FetchFailure.forbidden) { try await Self.fetch(direct, allowing: []) }
    let outside = try LoopbackServer(on: "127.0.0.2") {
      $0.answer(302, headers: ["Location: http://127.0.0.1:\(inside.port)/"])
    }
    defer { outside.stop() }
    let led = Self.settings(.url("http://127.0.0.2:\(outside.port)/"))
    let half = [IPPrefix("127.0.0.2/32")].compactMap(\.self)
    await #expect(throws: FetchFailure.forbidden) { try await Self.fetch(led, allowing: half) }
    #expect(inside.requests.isEmpty)
    #expect(try await Self.fetch(led) != nil)
  }

  @Test("what lets us in is read anew, follows no redirect, and is never two headers")
  func credentials() async throws {
    let server = try LoopbackServer { exchange in
      if exchange.head.contains(" /moved ") {
        exchange.answer(302, headers: ["Location: /"])
      } else {
        exchange.answer(200, Array(exchange.head.utf8))
      }
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    let path = try file("token", "first\n")
    func head(_ credentials: FeedSettings.Credentials, _ place: String = "/") async throws -> String
    {
      let found = try await Self.fetch(Self.settings(.url(url + place), Self.list, credentials))
      return String(decoding: try #require(found?.documents.first), as: UTF8.self)
    }
    #expect(try await head(.bearer(file: path)).contains("\r\nAuthorization: Bearer first\r\n"))
    _ = try file("token", "reader:secret")
    #expect(
      try await head(.basic(file: path))
        .contains("\r\nAuthorization: Basic cmVhZGVyOnNlY3JldA==\r\n"))
    #expect(
      try await head(.header(name: "Auth-Key", file: path))
        .contains("\r\nAuth-Key: reader:secret\r\n"))
    await #expect(throws: FetchFailure.status(302)) {
      try await head(.bearer(file: path), "/moved")
    }
    _ = try file("token", "a\u{1}b")
    await #expect(throws: FetchFailure.self) { try await head(.bearer(file: path)) }
    await #expect(throws: FetchFailure.self) { try await head(.bearer(file: path + "missing")) }
  }

  @Test("errors, bodies past the limit and servers that say nothing are failures with a reason")
  func failures() async throws {
    let server = try LoopbackServer { exchange in
      if exchange.head.contains(" /slow ") {
        exchange.waitForEnd()
      } else if exchange.head.contains(" /endless ") {
        exchange.write("HTTP/1.1 200 OK\r\n\r\n")
        let piece = [UInt8](repeating: 0x78, count: 1 << 20)
        while exchange.write(piece) {}
      } else {
        exchange.answer(500)
      }
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    await #expect(throws: FetchFailure.status(500)) {
      try await Self.fetch(Self.settings(.url(url + "/broken")))
    }
    await #expect(throws: FetchFailure.tooLarge) {
      try await Self.fetch(Self.settings(.url(url + "/endless"), .stix))
    }
    do {
      _ = try await Self.fetch(Self.settings(.url(url + "/slow"), patience: 1))
      Issue.record("a server that says nothing brought something")
    } catch {
      guard case .unreachable = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("a file is read, and again only when its bytes changed")
  func files() async throws {
    let path = try file("list.txt", "203.0.113.7\n")
    let settings = Self.settings(.file(path))
    let found = try await Self.fetch(settings)
    #expect(try Self.version(found, settings).indicators.count == 1)
    #expect(try await Self.fetch(settings, unless: found?.mark) == nil)
    _ = try file("list.txt", "203.0.113.7\n203.0.113.8\n")
    let next = try await Self.fetch(settings, unless: found?.mark)
    #expect(try Self.version(next, settings).indicators.count == 2)
    await #expect(throws: FetchFailure.self) {
      try await Self.fetch(Self.settings(.file(path + "missing")))
    }
  }

  @Test("a MISP feed is its manifest and the events that it names, and no path that it makes up")
  func misp() async throws {
    let id = "5f2c0c2e-0000-4000-8000-000000000001"
    let event = """
      {"Event": {"uuid": "\(id)", "timestamp": "1790000000", "Attribute": [{"uuid": "a1",
       "type": "ip-dst", "to_ids": true, "value": "203.0.113.9"}]}}
      """
    let server = try LoopbackServer { exchange in
      if exchange.head.hasPrefix("GET /feed/manifest.json ") {
        exchange.answer(200, Array("{\"\(id)\": {\"info\": \"x\"}}".utf8))
      } else if exchange.head.hasPrefix("GET /feed/\(id).json ") {
        exchange.answer(200, Array(event.utf8))
      } else {
        exchange.answer(200, Array("{\"../../secret\": {}}".utf8))
      }
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    let settings = Self.settings(.url(url + "/feed"), .misp)
    let found = try await Self.fetch(settings)
    #expect(try Self.version(found, settings).indicators.map(\.provenance.id) == ["a1"])
    #expect(try await Self.fetch(settings, unless: found?.mark) == nil)
    await #expect(throws: FetchFailure.self) {
      try await Self.fetch(Self.settings(.url(url + "/evil"), .misp))
    }
    #expect(server.requests.allSatisfy { !$0.contains("secret") })
  }

  @Test("a collection of a real TAXII server is found by its title and read over all of its pages")
  func taxii() async throws {
    let server = try await MedallionServer.start(in: folder)
    defer { server.stop() }
    try await server.add((0..<5).map { MedallionServer.indicator($0, "203.0.113.\($0)") })
    let secret = try file("secret", "reader:secret")
    let settings = Self.settings(
      .url(server.url), .taxii(collection: "Attackers"), .basic(file: secret))
    let found = try await Self.fetch(settings)
    let version = try Self.version(found, settings)
    #expect(found?.documents.count == 3)
    #expect(
      version.indicators.map(\.value.description).sorted()
        == (0..<5).map { "203.0.113.\($0)" })
    #expect(version.indicators.allSatisfy { $0.confidence == 85 })
    let later = Timestamp(seconds: Self.now.second + 60)
    #expect(
      try await Self.fetch(settings, unless: found?.mark, at: later) == nil,
      "nothing was added since")
    try await server.add([MedallionServer.indicator(1, "203.0.113.1", revoked: true)])
    let next = try Self.version(
      try await Self.fetch(settings, unless: found?.mark, at: later), settings)
    #expect(next.indicators.count == 4 && next.revoked.count == 1)
    let dayLater = Timestamp(seconds: Self.now.second + 86_400)
    #expect(
      try await Self.fetch(settings, unless: found?.mark, at: dayLater) != nil,
      "once a day all of it is read, for what is deleted is told by nothing else")
    await #expect(throws: FetchFailure.status(401)) {
      try await Self.fetch(Self.settings(.url(server.url), .taxii(collection: "Attackers")))
    }
    await #expect(throws: FetchFailure.self) {
      try await Self.fetch(
        Self.settings(.url(server.url), .taxii(collection: "none"), .basic(file: secret)))
    }
  }

  @Test("a TAXII server that sends us elsewhere, or round in circles, is refused")
  func hostileTAXII() async throws {
    let other = try LoopbackServer(on: "127.0.0.2") { $0.answer(200) }
    defer { other.stop() }
    let server = try LoopbackServer { exchange in
      if exchange.head.hasPrefix("GET /away/ ") {
        exchange.answer(
          200, Array("{\"api_roots\": [\"http://127.0.0.2:\(other.port)/\"]}".utf8))
      } else if exchange.head.contains("/collections/ ") {
        exchange.answer(
          200, Array("{\"collections\": [{\"id\": \"c\", \"can_read\": true}]}".utf8))
      } else if exchange.head.contains("/objects/") {
        exchange.answer(200, Array("{\"more\": true, \"next\": \"n\", \"objects\": []}".utf8))
      } else {
        exchange.answer(200, Array("{\"title\": \"root\"}".utf8))
      }
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    let secret = try file("secret", "token")
    for path in ["/away/", "/circle/"] {
      await #expect(throws: FetchFailure.self) {
        try await Self.fetch(
          Self.settings(.url(url + path), .taxii(collection: "c"), .bearer(file: secret)))
      }
    }
    #expect(other.connectionCount == 0)
    #expect(server.requests.count < 10)
  }
}
