internal import Access
internal import MeshModel
internal import Testing

struct SessionStoreTests {
  private static let start = Timestamp(seconds: 1_000_000)
  private var store: SessionStore
  private let login = Session.Login.oidc(name: "alice", claimed: [Grant(.viewer, in: .all)])

  init() throws {
    store = try #require(SessionStore(key: [UInt8](repeating: 7, count: SessionStore.keyBytes)))
  }

  private func random(_ number: Int) -> [UInt8] {
    (0..<SessionStore.randomBytes).map {
      $0 < 8 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : 0xA7
    }
  }

  private func time(_ milliseconds: Int64) -> Timestamp {
    Self.start.adding(milliseconds: milliseconds)
  }

  private mutating func begin(_ number: Int, replacing former: String? = nil, at: Int64 = 0) throws
    -> String
  {
    let cookie = store.begin(login, replacing: former, random: random(number), at: time(at))
    return try #require(cookie)
  }

  @Test("a cookie finds its session, and no other text does")
  mutating func cookies() throws {
    let cookie = try begin(1)
    let found = try store.use(cookie, at: time(1))
    #expect(found.login == login)
    for text in [
      "", cookie.uppercased(), String(cookie.dropLast()), cookie + "0", "\0",
      cookie.replacing("0", with: "é"),
      String(repeating: "0", count: 64), String(repeating: "a", count: 10_000_000),
    ] {
      #expect(throws: AccessRefusal.unknownSession) { try store.use(text, at: Self.start) }
    }
    let short = store.begin(login, replacing: nil, random: [1, 2], at: Self.start)
    #expect(short == nil)
    #expect(SessionStore(key: []) == nil)
  }

  @Test("a session ends when it was idle, to the millisecond")
  mutating func idle() throws {
    let idle = AccessBounds.sessionIdleMilliseconds
    let cookie = try begin(1)
    _ = try store.use(cookie, at: time(idle - 1))
    _ = try store.use(cookie, at: time(2 * idle - 2))
    #expect(throws: AccessRefusal.expiredSession) {
      try store.use(cookie, at: time(3 * idle - 2))
    }
    #expect(throws: AccessRefusal.unknownSession) { try store.use(cookie, at: time(1)) }
  }

  @Test("a session ends in the end, however busy it is")
  mutating func absolute() throws {
    let cookie = try begin(1)
    var at: Int64 = 0
    while at < AccessBounds.sessionMilliseconds {
      _ = try store.use(cookie, at: time(at))
      at += AccessBounds.sessionIdleMilliseconds / 2
    }
    #expect(throws: AccessRefusal.expiredSession) {
      try store.use(cookie, at: time(AccessBounds.sessionMilliseconds))
    }
  }

  @Test("a clock that goes backwards makes no session live longer")
  mutating func backwards() throws {
    let cookie = try begin(1)
    _ = try store.use(cookie, at: time(1_000))
    let session = try store.use(cookie, at: time(-5_000))
    #expect(session.lastUsed == time(1_000))
  }

  @Test("a login ends the session that the browser had, and logging out ends its own")
  mutating func rotation() throws {
    let former = try begin(1)
    let other = try begin(2)
    let cookie = try begin(3, replacing: former)
    #expect(throws: AccessRefusal.unknownSession) { try store.use(former, at: time(1)) }
    _ = try store.use(other, at: time(1))
    store.end(cookie)
    #expect(throws: AccessRefusal.unknownSession) { try store.use(cookie, at: time(1)) }
    _ = try store.use(other, at: time(1))
  }

  @Test("one operator has a bounded number of sessions, the least used of which goes")
  mutating func perOperator() throws {
    let cookies = try (0..<16).map { try begin($0 + 1, at: Int64($0)) }
    _ = try store.use(cookies[0], at: time(100))
    _ = try begin(99, at: 200)
    #expect(store.count == 16)
    _ = try store.use(cookies[0], at: time(201))
    #expect(throws: AccessRefusal.unknownSession) { try store.use(cookies[1], at: time(201)) }
  }

  @Test("all sessions together are bounded")
  mutating func bound() {
    for number in 0..<4_200 {
      let login = Session.Login.oidc(name: "user\(number)", claimed: [])
      _ = store.begin(login, replacing: nil, random: random(number), at: time(Int64(number)))
    }
    #expect(store.count == 4_096)
  }

  @Test("what is taken back in the directory ends with the next request")
  mutating func revoked() throws {
    let random = [UInt8](repeating: 3, count: AccessToken.randomBytes)
    let token = try #require(AccessToken(random: random))
    let record = TokenRecord(
      id: token.id, operator: "ci", digest: token.digest, grants: [Grant(.viewer, in: .all)],
      expires: time(1_000))
    let entry = OperatorEntry(name: "ci", grants: [Grant(.admin, in: .all)])
    let directory = OperatorDirectory(operators: [entry], tokens: [record])
    let begun = store.begin(
      .token(id: token.id), replacing: nil, random: self.random(1), at: Self.start)
    let session = try store.use(try #require(begun), at: time(1))
    #expect(try session.operator(in: directory, at: time(1)).grants == record.grants)
    #expect(throws: AccessRefusal.expiredToken(id: token.id)) {
      try session.operator(in: directory, at: time(1_000))
    }
    #expect(throws: AccessRefusal.unknownToken) {
      try session.operator(in: OperatorDirectory(operators: [entry]), at: time(1))
    }
  }

  @Test("a form's token is good for its own cookie and its own process only")
  mutating func forms() throws {
    let (cookie, other) = (try begin(1), try begin(2))
    let token = store.formToken(for: cookie)
    #expect(token != cookie && store.isFormToken(token, for: cookie))
    #expect(!store.isFormToken(token, for: other))
    for text in [
      "", cookie, token + "0", String(token.dropLast()), token.uppercased(), "\0",
      String(repeating: "a", count: 10_000_000),
    ] {
      #expect(!store.isFormToken(text, for: cookie))
    }
    let another = try #require(SessionStore(key: [UInt8](repeating: 8, count: 32)))
    #expect(!another.isFormToken(token, for: cookie))
  }
}
