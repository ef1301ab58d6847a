internal import Access
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  struct AccessTests {}
}

extension EndToEndTests.AccessTests {
  @Test(
    "every operation answers every caller as the table of operations says",
    .timeLimit(.minutes(3)))
  func everyOperationAndRole() async throws {
    try await AccessDesk.with { desk in
      var callers: [(String, [Grant]?, String)] = [("anonymous", nil, "")]
      let roles: [(String, [Grant])] = [
        ("viewer", [Grant(.viewer, in: .all)]),
        ("shop-viewer", [Grant(.viewer, in: .named(["shop"]))]),
        ("shop-operator", [Grant(.operator, in: .named(["shop"]))]),
        ("bank-operator", [Grant(.operator, in: .named(["bank"]))]),
        ("operator", [Grant(.operator, in: .all)]),
        ("shop-admin", [Grant(.admin, in: .named(["shop"]))]),
        ("admin", [Grant(.admin, in: .all)]),
      ]
      for (name, grants) in roles {
        callers.append((name, grants, "Authorization: Bearer " + (try await desk.token(of: name))))
      }
      let narrowed = try await desk.token(of: "admin", "--grant", "viewer:bank")
      callers.append(
        (
          "admin, narrowed", [Grant(.viewer, in: .named(["bank"]))],
          "Authorization: Bearer " + narrowed
        ))
      let expired = try await desk.expiredToken(of: "admin")
      callers.append(("expired", nil, "Authorization: Bearer " + expired))
      callers.append(("unknown", nil, "Authorization: Bearer flyball_x"))
      let admin = try #require(callers.first { $0.0 == "admin" }).2
      let action = try await desk.order(AccessDesk.shop, admin)
      for (name, grants, header) in callers {
        for operation in Operation.allCases {
          let status = try await desk.status(of: operation, on: action, header)
          let expected = Expected(operation, grants)
          #expect(expected.holds(status), "\(name): \(operation) answered \(status)")
        }
      }
    }
  }

  /// What an answer may be; what is beyond authorization is not this test's.
  private enum Expected {
    case unauthorized
    case forbidden(isHidden: Bool)
    case passed

    init(_ operation: Access.Operation, _ grants: [Grant]?) {
      guard let grants else {
        self = .unauthorized
        return
      }
      let caller = Operator(name: "x", grants: grants, via: .oidc)
      let isAllowed =
        switch operation.reach {
        case .subject: caller.may(operation, in: "shop")
        case .nothing, .items, .mesh: caller.maySomewhere(operation)
        }
      let isHidden = operation.path.contains("{id}") && !caller.may(.action, in: "shop")
      self = isAllowed ? .passed : .forbidden(isHidden: isHidden)
    }

    func holds(_ status: Int) -> Bool {
      switch self {
      // Too many attempts of one address are not even told that much.
      case .unauthorized: status == 401 || status == 429
      // Of an action that may not be seen not even the existence is told.
      case .forbidden(let isHidden): status == 403 || (isHidden && status == 404)
      case .passed: ![0, 401, 403, 421, 429].contains(status) && status < 500
      }
    }
  }

  @Test(
    "a certificate lets in its operator, and a stranger's is not enough", .timeLimit(.minutes(1)))
  func certificates() async throws {
    try await AccessDesk.with { desk in
      let viewer = try desk.files(of: "viewer")
      #expect(try await desk.request("GET", "/v1/nodes", certificate: viewer)?.status == 200)
      #expect(try await desk.request("POST", "/v1/pause", certificate: viewer)?.status == 403)
      let stranger = try desk.files(of: "stranger")
      #expect(try await desk.request("GET", "/v1/nodes", certificate: stranger)?.status == 401)
      // Another authority's: the handshake fails.
      let folder = desk.folder + "/other"
      let other = try CertificateAuthority(folder: folder)
        .issue(["spiffe://shop.demo/people/admin"], name: "admin")
      let answer = try? await desk.request("GET", "/v1/nodes", certificate: other)
      #expect(answer?.status == nil)
    }
  }

  @Test(
    "a revoked token and its sessions end, and a new certificate is shown, without a restart",
    .timeLimit(.minutes(2)))
  func reload() async throws {
    try await AccessDesk.with { desk in
      let token = try await desk.token(of: "viewer")
      let header = "Authorization: Bearer \(token)"
      let login = try await desk.request("POST", "/login", AccessDesk.form, body: "token=\(token)")
      let cookie = try #require(AccessDesk.cookie(login))
      #expect(try await desk.request("GET", "/v1/status", [cookie])?.status == 200)
      #expect(try await desk.request("GET", "/v1/status", [header])?.status == 200)
      let id = token.split(separator: "_")[1]
      let revoked = try Program.flyball(
        "token", "revoke", "--config", desk.folder + "/f.yaml", String(id))
      #expect(revoked.status == 0, "\(revoked.err)")
      try await desk.until("the end of the token") {
        try await desk.request("GET", "/v1/status", [header])?.status == 401
      }
      #expect(try await desk.request("GET", "/v1/status", [cookie])?.status == 401)
      // A broken file changes nothing, and is named.
      let kept = try await desk.token(of: "viewer")
      try "tokens: [".write(toFile: desk.folder + "/tokens.yaml", atomically: true, encoding: .utf8)
      try await desk.until("word of the mistake") { desk.log.contains("the tokens in force stay") }
      let answer = try await desk.request("GET", "/v1/status", ["Authorization: Bearer \(kept)"])
      #expect(answer?.status == 200)
      try await desk.replacesCertificate()
    }
  }

  @Test(
    "a session needs its form token to change anything, and pages of others change nothing",
    .timeLimit(.minutes(2)))
  func sessions() async throws {
    try await AccessDesk.with { desk in
      let token = try await desk.token(of: "admin")
      let login = try #require(
        try await desk.request("POST", "/login", AccessDesk.form, body: "token=\(token)"))
      #expect(login.status == 303 && login.header("Location") == "/")
      let set = try #require(login.header("Set-Cookie"))
      for part in ["__Host-flyball=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        #expect(set.contains(part))
      }
      let cookie = try #require(AccessDesk.cookie(login))
      #expect(try await desk.request("GET", "/v1/status", [cookie])?.status == 200)
      // Without the form token, with another's, from elsewhere: nothing is changed.
      for headers in [
        [cookie], [cookie, "X-Form-Token: x"],
        [cookie, "X-Form-Token: " + String(cookie.suffix(64))],
        [cookie] + AccessDesk.form, [cookie, "Origin: https://evil.example"],
        [cookie, "Sec-Fetch-Site: cross-site"], [cookie, "Origin: null"],
        ["Authorization: Bearer \(token)", "Origin: https://evil.example"],
        ["Authorization: Bearer \(token)", "Sec-Fetch-Site: same-site"],
      ] {
        let answer = try await desk.request("POST", "/v1/pause", headers)
        #expect(answer?.status == 403, "\(headers)")
      }
      #expect(
        try await desk.request(
          "POST", "/v1/pause", [cookie] + AccessDesk.form, body: "formToken=x")?
          .status == 403)
      #expect(try await desk.isPaused(cookie) == false)
      // A cookie beside a token, and two cookies, are nobody.
      let both = [cookie, "Authorization: Bearer \(token)"]
      #expect(try await desk.request("GET", "/v1/status", both)?.status == 401)
      #expect(try await desk.request("GET", "/v1/status", [cookie, cookie])?.status == 401)
      // Pages send who is not known to the login; forms of strangers log nobody in or out.
      #expect(try await desk.request("GET", "/")?.header("Location") == "/login")
      let foreign = AccessDesk.form + ["Origin: https://evil.example"]
      #expect(
        try await desk.request("POST", "/login", foreign, body: "token=\(token)")?.status == 403)
      #expect(try await desk.request("POST", "/logout", [cookie])?.status == 403)
      #expect(try await desk.request("GET", "/v1/status", [cookie])?.status == 200)
      let wrong = try await desk.request("POST", "/login", AccessDesk.form, body: "token=x")
      #expect(
        wrong?.header("Location") == "/login?failed=token" && wrong?.header("Set-Cookie") == nil)
    }
  }

  @Test("every answer carries what browsers must know, and only own hosts are served")
  func headers() async throws {
    try await AccessDesk.with { desk in
      for path in ["/v1/status", "/login", "/nope", "/assets/x.css", "/"] {
        let answer = try #require(try await desk.request("GET", path))
        let policy = answer.header("Content-Security-Policy") ?? ""
        #expect(policy.hasPrefix("default-src 'self'") && policy.contains("frame-ancestors 'none'"))
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Referrer-Policy") == "same-origin")
        #expect(answer.header("Strict-Transport-Security") == "max-age=31536000")
        #expect(answer.header("Cache-Control") != nil && answer.header("Server") == nil)
      }
      let anonymous = try #require(try await desk.request("GET", "/v1/status"))
      #expect(anonymous.header("WWW-Authenticate") == "Bearer realm=\"flyball\"")
      #expect(anonymous.header("Content-Type") == "application/problem+json")
      for head in [
        "GET /v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nHost: \r\n\r\n",
        "GET https://localhost/v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\n\r\n",
      ] {
        #expect(try await desk.client.send(head)?.status == 421, "\(head)")
      }
    }
  }
}
