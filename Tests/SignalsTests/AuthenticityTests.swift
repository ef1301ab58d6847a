internal import Access
internal import MeshModel
internal import Testing

@testable internal import Signals

struct AuthenticityTests {
  private static let now = Timestamp(seconds: 1_614_265_330)
  private static let webhook = [
    "webhook-id": ["msg_p5jXN8AQM9LWM0D4loKWxJek"], "webhook-timestamp": ["1614265330"],
    "webhook-signature": ["v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="],
  ]
  private static let body = #"{"test": 2432232314}"#

  private func refusal(
    _ proof: SenderProof, _ delivery: SignalDelivery, at now: Timestamp = now
  ) -> AuthenticityRefusal? {
    do throws(AuthenticityRefusal) {
      _ = try proof.check(delivery, at: now)
      return nil
    } catch {
      return error
    }
  }

  private func key(
    _ text: String = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id: String = "k",
    notAfter: Timestamp? = nil
  ) throws -> WebhookKey {
    try #require(WebhookKey(id: id, standardWebhooks: text, notAfter: notAfter))
  }

  private func other() throws -> WebhookKey {
    try key("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", id: "other")
  }

  private func webhook(_ changes: [String: [String]] = [:], body: String = body) -> SignalDelivery {
    Sample.delivery(body, Self.webhook.merging(changes) { $1 })
  }

  @Test("the published vector of Standard Webhooks is genuine")
  func vector() throws {
    let proof = SenderProof.standardWebhooks([try key()])
    #expect(
      try proof.check(webhook(), at: Self.now)
        == Authenticity(provedBy: "key k", replayKey: "msg_p5jXN8AQM9LWM0D4loKWxJek"))
  }

  @Test("the signature covers id, time and body")
  func covered() throws {
    let proof = SenderProof.standardWebhooks([try key()])
    #expect(refusal(proof, webhook(body: Self.body + " ")) == .wrongSignature)
    #expect(
      refusal(proof, webhook(["webhook-id": ["msg_p5jXN8AQM9LWM0D4loKWxJel"]])) == .wrongSignature)
    #expect(refusal(proof, webhook(["webhook-timestamp": ["1614265331"]])) == .wrongSignature)
    #expect(refusal(.standardWebhooks([try other()]), webhook()) == .wrongSignature)
    #expect(refusal(.standardWebhooks([]), webhook()) == .wrongSignature)
  }

  @Test("while keys rotate, one of several signatures and one of several keys is enough")
  func rotation() throws {
    let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    let several = webhook([
      "webhook-signature": ["v1a,Zm9v v1,AAAA \(signature) v2,x"]
    ])
    #expect(refusal(.standardWebhooks([try other(), try key()]), several) == nil)
    #expect(refusal(.standardWebhooks([try key(), try other()]), webhook()) == nil)
    let nine = Array(repeating: "v1,AAAA", count: 8) + [signature]
    #expect(
      refusal(
        .standardWebhooks([try key()]),
        webhook(["webhook-signature": [nine.joined(separator: " ")]]))
        == .malformedProof)
    let keys = try (0..<8).map { _ in try other() } + [try key()]
    #expect(refusal(.standardWebhooks(keys), webhook()) == .wrongSignature)
    let past = try key(notAfter: Self.now)
    #expect(refusal(.standardWebhooks([past]), webhook()) == .expired(id: "key k"))
  }

  @Test("five minutes either way are tolerated, and no second more")
  func tolerance() throws {
    let proof = SenderProof.standardWebhooks([try key()])
    func at(_ seconds: Int64) -> AuthenticityRefusal? {
      refusal(proof, webhook(), at: Timestamp(seconds: 1_614_265_330 + seconds))
    }
    #expect(at(300) == nil)
    #expect(at(301) == .tooOld(seconds: 301))
    #expect(at(-300) == nil)
    #expect(at(-301) == .ahead(seconds: 301))
  }

  @Test("headers that are missing, doubled or malformed are refused before any key is tried")
  func malformed() throws {
    let proof = SenderProof.standardWebhooks([try key()])
    for name in Self.webhook.keys {
      #expect(refusal(proof, webhook([name: []])) == .noProof)
      #expect(refusal(proof, webhook([name: ["a", "a"]])) == .severalProofs)
    }
    for stamp in ["", "-1", "+1", "1e9", "99999999999999999999", "1614265330 "] {
      #expect(refusal(proof, webhook(["webhook-timestamp": [stamp]])) == .malformedProof)
    }
    for id in ["", "a.b", "a b", "é", String(repeating: "a", count: 257)] {
      #expect(refusal(proof, webhook(["webhook-id": [id]])) == .malformedProof)
    }
    for signature in ["", " ", "g0hM9SsE", "v2,AAAA", "v1,?"] {
      #expect(refusal(proof, webhook(["webhook-signature": [signature]])) == .malformedProof)
    }
  }

  @Test("keys are of 24 to 64 bytes, and what describes one shows nothing of it")
  func keys() throws {
    #expect(WebhookKey(id: "k", standardWebhooks: "whsec_AAAA") == nil)
    #expect(WebhookKey(id: "k", standardWebhooks: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == nil)
    #expect(WebhookKey(id: "k", hub: "short") == nil)
    let key = try #require(WebhookKey(id: "k", hub: "It's a Secret to Everybody"))
    var dumped = ""
    dump(key, to: &dumped)
    #expect(!"\(key) \(String(reflecting: key)) \(dumped)".contains("Secret"))
    #expect(!dumped.contains("73"))
  }

  @Test("GitHub's published signature is genuine, and no other")
  func hub() throws {
    let key = try #require(WebhookKey(id: "k", hub: "It's a Secret to Everybody"))
    let proof = SenderProof.hubSignature([key])
    let digits = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    func check(_ header: [String], _ body: String = "Hello, World!") -> AuthenticityRefusal? {
      refusal(proof, Sample.delivery(body, ["x-hub-signature-256": header]))
    }
    #expect(check(["sha256=" + digits]) == nil)
    #expect(check(["sha256=" + digits], "Hello, World") == .wrongSignature)
    #expect(check(["sha256=" + digits.dropLast() + "8"]) == .wrongSignature)
    #expect(check(["sha256=" + digits.dropLast(2)]) == .malformedProof)
    #expect(check(["sha1=" + digits]) == .malformedProof)
    #expect(check([digits]) == .malformedProof)
    #expect(check([]) == .noProof)
    #expect(check(["sha256=" + digits, "sha256=" + digits]) == .severalProofs)
  }

  @Test("a bearer token is known by its id and proved by its secret, until it expires")
  func bearer() throws {
    let token = try #require(
      AccessToken(random: (0..<AccessToken.randomBytes).map { UInt8($0) }))
    let forged = try #require(
      AccessToken(random: (0..<AccessToken.randomBytes).map { $0 < 39 ? UInt8($0) : 0xFF }))
    let stranger = try #require(
      AccessToken(random: Array(repeating: 7, count: AccessToken.randomBytes)))
    let proof = SenderProof.bearer([
      SenderToken(id: token.id, digest: token.digest, expires: Timestamp(seconds: 2_000_000_000))
    ])
    func check(_ header: [String], at now: Timestamp = Self.now) -> AuthenticityRefusal? {
      refusal(proof, Sample.delivery("", ["authorization": header]), at: now)
    }
    #expect(check(["Bearer " + token.text]) == nil)
    #expect(check(["bearer " + token.text]) == nil)
    #expect(forged.id == token.id)
    #expect(check(["Bearer " + forged.text]) == .wrongSignature)
    #expect(check(["Bearer " + stranger.text]) == .unknownKey)
    #expect(check(["Basic " + token.text]) == .malformedProof)
    #expect(check(["Bearer x"]) == .malformedProof)
    #expect(check([]) == .noProof)
    #expect(
      check(["Bearer " + token.text], at: Timestamp(seconds: 2_000_000_000))
        == .expired(id: "token \(token.id)"))
  }

  @Test("a certificate counts only with an identity that is the sender's")
  func certificate() {
    let proof = SenderProof.certificate([Sample.web])
    func check(_ peer: SPIFFEID?) -> AuthenticityRefusal? {
      refusal(proof, SignalDelivery(headers: [:], body: [], peer: peer))
    }
    #expect(check(Sample.web) == nil)
    #expect(check(Sample.users) == .unknownKey)
    #expect(check(nil) == .noProof)
  }

  @Test("the caller does not hear which secret was wrong")
  func silence() {
    let refusals: [AuthenticityRefusal] = [
      .noProof, .unknownKey, .wrongSignature, .expired(id: "key k"),
    ]
    #expect(Set(refusals.map(\.answer)) == ["not authenticated"])
    #expect(refusals.allSatisfy { $0.status == 401 })
  }

  @Test("a delivery is known again for as long as its signature holds, and the window is bounded")
  func replay() {
    var window = ReplayWindow(capacity: 2)
    window.remember("a", of: "s", at: Self.now)
    func later(_ seconds: Int64) -> Timestamp { Self.now.adding(milliseconds: seconds * 1_000) }
    #expect(window.contains("a", of: "s", at: later(600)))
    #expect(!window.contains("a", of: "s", at: later(601)))
    #expect(!window.contains("a", of: "t", at: Self.now))
    window.remember("b", of: "s", at: later(1))
    #expect(window.isFull)
    window.remember("c", of: "s", at: later(1))
    #expect(window.count == 2 && !window.contains("c", of: "s", at: later(1)))
    window.forget(at: later(601))
    #expect(window.count == 1 && !window.isFull)
  }
}
