internal import DemoMesh
internal import FakeLogin
internal import Foundation
internal import Testing

extension EndToEndTests {
  struct LoginTests {}
}

extension EndToEndTests.LoginTests {
  @Test(
    "who logs in at the provider has a session with what is configured and claimed",
    .timeLimit(.minutes(2)))
  func login() async throws {
    try await with { desk, fake, key in
      let trip = try await desk.trip(fake)
      fake.change { $0.idToken = (try? key.token(desk.claims(trip, fake, name: "alice"))) ?? "" }
      let back = try #require(try await desk.comeBack(trip))
      #expect(back.status == 303 && back.header("Location") == "/")
      let cookies = back.headers.filter { $0.name == "Set-Cookie" }.map(\.value)
      #expect(cookies.contains { $0.hasPrefix("__Host-flyball-login=;") })
      let session = try #require(cookies.first { $0.hasPrefix("__Host-flyball=") })
      let header = "Cookie: " + session.prefix { $0 != ";" }
      #expect(try await desk.request("GET", "/v1/nodes", [header])?.status == 200)
      // Configured as viewer of all, claimed as operator of shop: pause needs more.
      let pause = try await desk.request("POST", "/v1/pause", [header])
      #expect(pause?.status == 403 && pause?.body.contains("operator for all namespaces") == true)
      // The code is turned in once more by another browser: nobody is let in.
      var foreign = trip
      foreign.ticket = try await desk.trip(fake).ticket
      #expect(try await desk.comeBack(foreign)?.header("Location") == "/login?failed=provider")
    }
  }

  @Test("who is nobody here, or claims a configured name, is refused", .timeLimit(.minutes(2)))
  func refused() async throws {
    try await with { desk, fake, key in
      for name in ["carol", "admin", "a b"] {
        let trip = try await desk.trip(fake)
        let claims = desk.claims(trip, fake, name: name, groups: "[]")
        fake.change { $0.idToken = (try? key.token(claims)) ?? "" }
        let back = try #require(try await desk.comeBack(trip))
        #expect(back.header("Location") == "/login?failed=provider", "\(name)")
        #expect(!back.headers.contains { $0.value.hasPrefix("__Host-flyball=") })
      }
      for path in ["", "?code=x", "?state=x", "?code=x&code=y&state=z", "?error=access_denied"] {
        let back = try await desk.request("GET", "/login/callback" + path)
        #expect(back?.header("Location") == "/login?failed=provider", "\(path)")
      }
      #expect(desk.log.contains("nothing is granted to carol"))
    }
  }

  private func with(
    _ body: (AccessDesk, FakeProvider, SigningKey) async throws -> Void
  ) async throws {
    let (fake, key) = (FakeProvider(), SigningKey(name: "k1"))
    fake.change { $0.keys = [key.ecdsa] }
    let oidc = """
        oidc:
          issuer: \(fake.issuer)
          clientID: flyball
          redirect: https://localhost/login/callback
          nameClaim: preferred_username
          grants: [{value: sre, role: operator, namespaces: [shop]}]

      """
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await fake.run() }
      try await AccessDesk.with(oidc: oidc) { try await body($0, fake, key) }
      group.cancelAll()
      while await group.nextResult() != nil {}
    }
  }
}

/// What a browser carries to the provider and back.
private struct Trip {
  var query: [String: String]
  var ticket: String
}

extension AccessDesk {
  fileprivate func trip(_ fake: FakeProvider) async throws -> Trip {
    let away = try #require(try await request("GET", "/login/oidc"))
    let location = try #require(away.header("Location"))
    #expect(location.hasPrefix(fake.issuer + "/authorize?"))
    let cookie = try #require(away.header("Set-Cookie"))
    #expect(cookie.hasPrefix("__Host-flyball-login=") && cookie.contains("; HttpOnly"))
    let query = FakeProvider.fields(String(location.split(separator: "?")[1]))
    fake.change { $0.challenges["c0de"] = query["code_challenge"] }
    return Trip(query: query, ticket: "Cookie: " + cookie.prefix { $0 != ";" })
  }

  fileprivate func claims(
    _ trip: Trip, _ fake: FakeProvider, name: String, groups: String = "[\"sre\"]"
  ) -> String {
    let seconds = Int64(Date().timeIntervalSince1970)
    return """
      {"iss":"\(fake.issuer)","aud":"flyball","exp":\(seconds + 300),"iat":\(seconds),\
      "nonce":"\(trip.query["nonce"] ?? "")","preferred_username":"\(name)","groups":\(groups)}
      """
  }

  fileprivate func comeBack(_ trip: Trip) async throws -> RawClient.Answer? {
    let state = trip.query["state"] ?? ""
    return try await request("GET", "/login/callback?code=c0de&state=\(state)", [trip.ticket])
  }
}
