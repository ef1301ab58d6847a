internal import Access
internal import FakeLogin
internal import Foundation
internal import LoginOIDC
internal import MeshModel
internal import Synchronization
internal import Testing

/// A clock that moves when it is told to.
private final class TestClock: Sendable {
  private let time = Mutex(Timestamp(seconds: 1_800_000_000))

  var now: Timestamp { time.withLock { $0 } }

  func advance(milliseconds: Int64) {
    time.withLock { $0 = $0.adding(milliseconds: milliseconds) }
  }
}

/// The whole login against a provider on loopback.
@Suite(.serialized)
struct OIDCProviderTests {
  private let fake = FakeProvider()
  private let key = SigningKey(name: "k1")
  private let clock = TestClock()

  private func with(
    secret: String? = "s3 cret", _ body: (OIDCProvider) async throws -> Void
  ) async throws {
    fake.change { $0.keys = [key.ecdsa, key.eddsa.replacing("k1", with: "e1")] }
    let terms = LoginTerms(
      issuer: try #require(WebAddress(fake.issuer)), clientID: "flyball",
      redirect: try #require(WebAddress("https://flyball.shop.demo/login/callback")),
      scopes: ["profile", "email"], nameClaim: "preferred_username", grantsClaim: "groups",
      grants: [.init(value: "sre", grant: Grant(.operator, in: .named(["shop"])))])
    let provider = OIDCProvider(
      terms, secret: secret, now: { [clock] in clock.now },
      random: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [fake] in try await fake.run() }
      for _ in 0..<200 where (try? await provider.begin()) == nil {
        clock.advance(milliseconds: 60_000)
        try await Task.sleep(for: .milliseconds(20))
      }
      fake.change { $0.requests = [] }
      try await body(provider)
      group.cancelAll()
      while await group.nextResult() != nil {}
    }
  }

  private func wait(seconds: Int64) {
    clock.advance(milliseconds: seconds * 1_000)
  }

  /// What a browser carries to the provider and back.
  private struct Trip {
    var query: [String: String]
    var ticket: String
    var code = "c0de"
  }

  private func trip(_ provider: OIDCProvider) async throws -> Trip {
    let (location, ticket) = try await provider.begin()
    let parts = location.split(separator: "?", maxSplits: 1)
    #expect(parts[0] == fake.issuer + "/authorize")
    let trip = Trip(query: FakeProvider.fields(String(parts[1])), ticket: ticket)
    fake.change { $0.challenges[trip.code] = trip.query["code_challenge"] }
    return trip
  }

  private func claims(_ trip: Trip, _ changes: [String: String] = [:]) -> String {
    let seconds = clock.now.second
    var claims = [
      "iss": "\"\(fake.issuer)\"", "aud": "\"flyball\"", "sub": "\"1\"",
      "exp": "\(seconds + 300)", "iat": "\(seconds)",
      "nonce": "\"\(trip.query["nonce"] ?? "")\"", "preferred_username": "\"alice\"",
      "groups": "[\"x\",\"sre\"]",
    ]
    for (name, value) in changes { claims[name] = value.isEmpty ? nil : value }
    return "{" + claims.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }

  private func finish(
    _ provider: OIDCProvider, _ trip: Trip, _ token: String
  ) async throws -> (name: String, claimed: [Grant]) {
    fake.change { $0.idToken = token }
    return try await provider.finish(
      code: trip.code, state: trip.query["state"] ?? "", ticket: trip.ticket)
  }

  @Test("a login names the operator and what its groups are worth")
  func login() async throws {
    try await with { provider in
      let trip = try await trip(provider)
      #expect(trip.query["response_type"] == "code" && trip.query["client_id"] == "flyball")
      #expect(trip.query["redirect_uri"] == "https://flyball.shop.demo/login/callback")
      #expect(trip.query["scope"] == "openid profile email")
      #expect(trip.query["code_challenge_method"] == "S256")
      let (name, claimed) = try await finish(provider, trip, key.token(claims(trip)))
      #expect(name == "alice" && claimed == [Grant(.operator, in: .named(["shop"]))])
      let form = try #require(fake.read(\.forms).last)
      #expect(form["grant_type"] == "authorization_code" && form["client_id"] == nil)
      // RFC 6749, section 2.3.1: both halves are escaped before they are joined.
      let basic = Data("flyball:s3%20cret".utf8).base64EncodedString()
      #expect(fake.read(\.authorizations).last == "Basic \(basic)")
    }
  }

  @Test("Ed25519 is good as well, and a client without a secret says who it is")
  func edwards() async throws {
    try await with(secret: nil) { provider in
      fake.change { $0.keys = [key.eddsa] }
      wait(seconds: 4_000)
      let trip = try await trip(provider)
      _ = try await finish(provider, trip, key.token(claims(trip), by: .eddsa))
      #expect(fake.read(\.forms).last?["client_id"] == "flyball")
      #expect(fake.read(\.authorizations).last == "")
    }
  }

  @Test("RSA is good as well, with a key of its kind and no other")
  func rsa() async throws {
    try await with { provider in
      fake.change { $0.keys = [key.ecdsa] }
      let wrong = try await trip(provider)
      await #expect(throws: LoginFailure.self) {
        try await finish(provider, wrong, key.token(claims(wrong), by: .rs256))
      }
      let keys = [try key.rsa()]
      fake.change { $0.keys = keys }
      wait(seconds: 4_000)
      let good = try await trip(provider)
      let (name, _) = try await finish(provider, good, key.token(claims(good), by: .rs256))
      #expect(name == "alice")
      // The same bytes, signed by another kind of key under an honest header.
      let forged = try await trip(provider)
      await #expect(throws: LoginFailure.self) {
        try await finish(
          provider, forged,
          key.token(claims(forged), header: "{\"alg\":\"RS256\",\"kid\":\"k1\"}", by: .es256))
      }
    }
  }

  @Test(
    "a login that another browser began, that is too old, or with a code of another, is refused")
  func foreign() async throws {
    try await with { provider in
      let mine = try await trip(provider)
      let other = try await trip(provider)
      let token = try key.token(claims(mine))
      for (state, ticket) in [
        (other.query["state"] ?? "", mine.ticket), (mine.query["state"] ?? "", other.ticket),
        ("", mine.ticket), (mine.query["state"] ?? "", ""), (mine.query["state"] ?? "", "a.b.c"),
        (mine.query["state"] ?? "", String(mine.ticket.dropLast()) + "x"),
      ] {
        fake.change { $0.idToken = token }
        await #expect(throws: LoginFailure.self) {
          try await provider.finish(code: mine.code, state: state, ticket: ticket)
        }
      }
      #expect(fake.read(\.forms).isEmpty)
      // The code is of the other login: the provider finds another verifier.
      await #expect(throws: LoginFailure.self) { try await finish(provider, mine, token) }
      let late = try await trip(provider)
      wait(seconds: 601)
      await #expect(throws: LoginFailure.self) {
        try await finish(provider, late, key.token(claims(late)))
      }
    }
  }

  @Test("a token of another issuer, client, login or time is refused")
  func wrongClaims() async throws {
    try await with { provider in
      let now = clock.now.second
      for changes in [
        ["iss": "\"https://evil.example\""], ["iss": "\"\(fake.issuer)/\""], ["aud": "\"other\""],
        ["aud": "[\"flyball\",\"other\"]"], ["azp": "\"other\""], ["aud": "[]"], ["aud": ""],
        ["aud": "[\"flyball\",\"other\"]", "azp": "\"other\""], ["nonce": "\"x\""], ["nonce": ""],
        ["exp": "\(now - 61)"], ["exp": "-1e300"], ["exp": "\"\(now + 300)\""], ["exp": ""],
        ["iat": "\(now - 700)"], ["iat": "\(now + 700)"], ["iat": "1e300"], ["iat": ""],
        ["preferred_username": ""], ["preferred_username": "[\"a\",\"b\"]"],
        ["preferred_username": "1"],
      ] {
        let trip = try await trip(provider)
        await #expect(throws: LoginFailure.self, "\(changes)") {
          try await finish(provider, trip, key.token(claims(trip, changes)))
        }
      }
      let trip = try await trip(provider)
      let both = ["aud": "[\"flyball\",\"other\"]", "azp": "\"flyball\"", "groups": "{\"x\":1}"]
      let (name, claimed) = try await finish(provider, trip, key.token(claims(trip, both)))
      #expect(name == "alice" && claimed.isEmpty)
    }
  }

  @Test(
    "a token without a signature, with another's, or by an algorithm not on the list is refused")
  func signatures() async throws {
    try await with { provider in
      let stranger = SigningKey(name: "k1")
      let trip = try await trip(provider)
      let good = try key.token(claims(trip))
      let parts = good.split(separator: ".").map(String.init)
      let headers = [
        "{\"alg\":\"none\"}", "{\"alg\":\"HS256\",\"kid\":\"k1\"}",
        "{\"alg\":\"ES384\",\"kid\":\"k1\"}",
        "{\"alg\":\"RS256\",\"kid\":\"k1\"}", "{\"alg\":\"EdDSA\",\"kid\":\"k1\"}",
        "{\"alg\":\"ES256\",\"kid\":\"k2\"}", "{\"alg\":\"ES256\",\"kid\":\"k1\",\"crit\":[\"x\"]}",
        "{\"alg\":\"es256\",\"kid\":\"k1\"}", "{}", "[]", "\0",
      ]
      var tokens = try headers.map { try key.token(claims(trip), header: $0) }
      tokens += [
        try stranger.token(claims(trip)), parts[0] + "." + parts[1] + ".",
        parts[0] + "." + parts[1],
        key.base64(Data("{\"alg\":\"none\"}".utf8)) + "." + parts[1] + ".", good + "." + parts[2],
        "",
        "..", good.replacing(parts[1], with: key.base64(Data(claims(trip, ["sub": "\"2\""]).utf8))),
        String(repeating: "a", count: 70_000),
      ]
      for token in tokens {
        await #expect(throws: LoginFailure.self, "\(token.prefix(60))") {
          try await finish(provider, trip, token)
        }
      }
      _ = try await finish(provider, trip, good)
    }
  }

  @Test(
    "a new key is read when it is needed, and made-up ones have the provider asked once a minute")
  func rotation() async throws {
    try await with { provider in
      wait(seconds: 61)
      let next = SigningKey(name: "k2")
      fake.change { $0.keys = [next.ecdsa, "{\"kty\":\"oct\",\"k\":\"AA\"}", "7"] }
      var trip = try await trip(provider)
      _ = try await finish(provider, trip, next.token(claims(trip)))
      #expect(fake.read { $0.requests.count { $0 == "keys" } } == 1)
      let unknown = SigningKey(name: "k3")
      for _ in 0..<20 {
        trip = try await self.trip(provider)
        await #expect(throws: LoginFailure.self) {
          try await finish(provider, trip, unknown.token(claims(trip)))
        }
      }
      #expect(fake.read { $0.requests.count { $0 == "keys" } } == 1)
      // The old key is not good any more.
      await #expect(throws: LoginFailure.self) {
        try await finish(provider, trip, key.token(claims(trip)))
      }
    }
  }

  @Test(
    "a provider that calls itself another, or names addresses elsewhere in plaintext, is refused")
  func descriptions() async throws {
    try await with { provider in
      let good = """
        {"issuer":"\(fake.issuer)","authorization_endpoint":"\(fake.issuer)/authorize",\
        "token_endpoint":"\(fake.issuer)/token","jwks_uri":"\(fake.issuer)/keys"}
        """
      for description in [
        "", "[]", "{}",
        good.replacing("\"issuer\":\"\(fake.issuer)", with: "\"issuer\":\"https://evil"),
        good.replacing("\(fake.issuer)/token", with: "http://evil.example/token"),
        good.replacing("\(fake.issuer)/keys", with: "file:///etc/passwd"),
        good.replacing("\(fake.issuer)/authorize", with: "javascript:alert(1)"),
        String(repeating: "x", count: 1_000_000),
      ] {
        fake.change { $0.description = description }
        // Past what is kept, and past what serves while the provider is away.
        wait(seconds: 90_000)
        await #expect(throws: LoginFailure.self, "\(description.prefix(80))") {
          try await provider.begin()
        }
      }
      fake.change { $0.description = good }
      wait(seconds: 61)
      _ = try await provider.begin()
      // What is known serves on while the provider is broken.
      fake.change { $0.description = "" }
      wait(seconds: 4_000)
      _ = try await provider.begin()
    }
  }
}
