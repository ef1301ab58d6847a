internal import Access
internal import MeshModel
internal import Testing

/// A gate that a check may ask.
private final class Asked {
  var gate: AccessGate

  init(_ gate: AccessGate) {
    self.gate = gate
  }

  func admit(_ facts: CallerFacts, at now: Timestamp) throws(AccessRefusal) -> Admission {
    try gate.admit(facts, at: now)
  }
}

struct AccessGateTests {
  private static let now = Timestamp(seconds: 1_000_000)
  private let gate: Asked
  private let token: AccessToken
  private let alice: SPIFFEID
  private let home = IPPrefix("192.0.2.1")
  private let view = [Grant(.viewer, in: .all)]

  init() throws {
    let sessions = try #require(SessionStore(key: [UInt8](repeating: 7, count: 32)))
    token = try #require(AccessToken(random: [UInt8](repeating: 9, count: AccessToken.randomBytes)))
    alice = try SPIFFEID(parsing: "spiffe://shop.demo/people/alice")
    let directory = OperatorDirectory(
      operators: [
        OperatorEntry(name: "alice", grants: view, certificates: [alice], login: "a@shop.demo"),
        OperatorEntry(name: "ci", grants: view),
      ],
      tokens: [
        TokenRecord(
          id: token.id, operator: "ci", digest: token.digest, grants: view,
          expires: Self.now.adding(milliseconds: 3_600_000))
      ])
    gate = Asked(AccessGate(directory: directory, sessions: sessions))
  }

  private func facts(
    _ authorization: [String] = [], cookies: [String] = [], certificates: [SPIFFEID] = []
  ) -> CallerFacts {
    CallerFacts(
      address: home, certificates: certificates, authorization: authorization, cookies: cookies)
  }

  private func logIn(_ byte: UInt8 = 1) throws -> String {
    try gate.gate.logIn(
      name: "a@shop.demo", claimed: [], replacing: nil, random: [UInt8](repeating: byte, count: 32),
      at: Self.now)
  }

  @Test("each way in leads to its operator")
  func ways() throws {
    let bearer = try gate.admit(facts(["bearer " + token.text]), at: Self.now)
    #expect(bearer.operator.description == "ci (token \(token.id))" && bearer.formToken == nil)
    let holder = try gate.admit(facts(certificates: [alice]), at: Self.now)
    #expect(holder.operator.description == "alice (certificate)" && holder.formToken == nil)
    let cookie = try logIn()
    let login = try gate.admit(facts(cookies: [cookie]), at: Self.now)
    #expect(login.operator.description == "alice (oidc)")
    #expect(gate.gate.isFormToken(try #require(login.formToken), for: cookie))
  }

  @Test("without a credential, with two, or with a broken one nobody is let in")
  func refusals() throws {
    let cookie = try logIn()
    let good = "Bearer " + token.text
    let cases: [(CallerFacts, AccessRefusal)] = [
      (facts(), .noCredential),
      (facts([good, good]), .severalCredentials),
      (facts([good], cookies: [cookie]), .severalCredentials),
      (facts(cookies: [cookie, cookie]), .severalCredentials),
      (facts(["Basic YTpi"]), .malformedToken), (facts([""]), .malformedToken),
      (facts([token.text]), .malformedToken), (facts(["Bearer  " + token.text]), .malformedToken),
      (facts([String(repeating: "Bearer ", count: 100_000)]), .malformedToken),
      (facts(["Bearer \0"]), .malformedToken),
      (facts(cookies: ["x"]), .endedSession(.unknownSession)),
    ]
    for (facts, expected) in cases {
      #expect(throws: expected) { try gate.admit(facts, at: Self.now) }
    }
  }

  @Test("an old cookie keeps no holder of a certificate out, and a bad token does")
  func precedence() throws {
    let old = try gate.admit(facts(cookies: ["x"], certificates: [alice]), at: Self.now)
    #expect(old.operator.via == .certificate)
    #expect(throws: AccessRefusal.malformedToken) {
      try gate.admit(facts(["Bearer x"], certificates: [alice]), at: Self.now)
    }
    let both = try gate.admit(facts(cookies: [try logIn()], certificates: [alice]), at: Self.now)
    #expect(both.operator.via == .oidc)
  }

  @Test("failed logins of an address are bounded, and keep nobody out who has a good credential")
  func failures() throws {
    for _ in 0..<10 {
      #expect(throws: AccessRefusal.malformedToken) {
        try gate.admit(facts(["Bearer x"]), at: Self.now)
      }
    }
    #expect(throws: AccessRefusal.tooManyFailures) {
      try gate.admit(facts(["Bearer x"]), at: Self.now)
    }
    #expect(throws: AccessRefusal.tooManyFailures) {
      try gate.gate.logIn(
        token: "x", from: home, replacing: nil, random: [], at: Self.now)
    }
    _ = try gate.admit(facts(["Bearer " + token.text]), at: Self.now)
  }

  @Test("one operator's requests are bounded, whichever way it comes in")
  func requests() throws {
    let (cookie, good) = (try logIn(), facts(["Bearer " + token.text]))
    for number in 0..<200 {
      let facts = number % 2 == 0 ? facts(cookies: [cookie]) : facts(certificates: [alice])
      _ = try gate.admit(facts, at: Self.now)
    }
    #expect(throws: AccessRefusal.tooManyRequests) {
      try gate.admit(facts(certificates: [alice]), at: Self.now)
    }
    _ = try gate.admit(good, at: Self.now)
  }

  @Test("a session of a token ends with the token, and logging out ends it at once")
  func sessions() throws {
    let cookie = try gate.gate.logIn(
      token: token.text, from: home, replacing: nil, random: [UInt8](repeating: 5, count: 32),
      at: Self.now)
    _ = try gate.admit(facts(cookies: [cookie]), at: Self.now)
    let kept = gate.gate.directory
    gate.gate.directory = OperatorDirectory()
    #expect(throws: AccessRefusal.endedSession(.unknownToken)) {
      try gate.admit(facts(cookies: [cookie]), at: Self.now)
    }
    gate.gate.directory = kept
    gate.gate.logOut(cookie)
    #expect(throws: AccessRefusal.endedSession(.unknownSession)) {
      try gate.admit(facts(cookies: [cookie]), at: Self.now)
    }
  }
}
