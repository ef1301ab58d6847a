internal import Access
internal import MeshModel
internal import Testing

struct AccessTokenTests {
  private static let now = Timestamp(seconds: 1_000_000)
  private static let bytes = (0..<AccessToken.randomBytes).map { UInt8($0) }

  private let token: AccessToken
  private let shop = [Grant(.operator, in: .named(["shop"]))]

  init() throws {
    token = try #require(AccessToken(random: Self.bytes))
  }

  private func directory(
    expires: Timestamp = now.adding(milliseconds: 1), grants: [Grant]? = nil,
    operator own: [Grant]? = nil
  ) -> OperatorDirectory {
    OperatorDirectory(
      operators: [OperatorEntry(name: "ci", grants: own ?? [Grant(.admin, in: .all)])],
      tokens: [
        TokenRecord(
          id: token.id, operator: "ci", digest: token.digest, grants: grants ?? shop,
          expires: expires)
      ])
  }

  private func refusal(_ text: String, _ directory: OperatorDirectory) -> AccessRefusal? {
    do {
      _ = try directory.bearer(of: text, at: Self.now)
      return nil
    } catch {
      return error
    }
  }

  @Test("a token reads back as itself, and its text holds what was drawn")
  func text() throws {
    #expect(
      token.text == "flyball_0001020304050607_"
        + "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627")
    let read = try #require(AccessToken(parsing: token.text))
    #expect(read.id == token.id && read.digest == token.digest)
    #expect(AccessToken(random: Array(Self.bytes.dropLast())) == nil)
    #expect(AccessToken(random: []) == nil)
  }

  @Test("the bearer of a token is its operator, with what both are granted")
  func bearer() throws {
    let caller = try directory().bearer(of: token.text, at: Self.now)
    #expect(caller == Operator(name: "ci", grants: shop, via: .token(id: token.id)))
  }

  @Test("a token is good before the instant it expires, and not at it")
  func expiry() {
    #expect(refusal(token.text, directory(expires: Self.now.adding(milliseconds: 1))) == nil)
    let later = Timestamp(microseconds: Self.now.microseconds + 1)
    #expect(refusal(token.text, directory(expires: later)) == nil)
    #expect(refusal(token.text, directory(expires: Self.now)) == .expiredToken(id: token.id))
    let never = Timestamp(microseconds: .min)
    #expect(refusal(token.text, directory(expires: never)) == .expiredToken(id: token.id))
  }

  @Test("each wrong digit of the secret is refused")
  func secrets() {
    let directory = directory()
    for position in token.text.indices.suffix(64) {
      var text = token.text
      let other: Character = text[position] == "0" ? "1" : "0"
      text.replaceSubrange(position...position, with: [other])
      #expect(refusal(text, directory) == .wrongSecret(id: token.id))
    }
  }

  @Test("what is not of a token's form is refused before anything is looked up")
  func hostile() {
    let directory = directory()
    let good = token.text
    for text in [
      "", " ", "flyball_", "flyball__", good + "0", String(good.dropLast()), good.uppercased(),
      " " + good, good + "\n", "\0" + good.dropFirst(),
      good.replacing("flyball_", with: "flybalI_"),
      good.replacing("_", with: "-"), String(repeating: "a", count: 89),
      "flyball_" + String(repeating: "é", count: 40) + "x", String(repeating: "\u{301}", count: 45),
      "flyball_0001020304050607_" + String(repeating: "０", count: 21) + "0",
      String(repeating: "flyball_", count: 1_000_000),
      "flyball_" + String(repeating: "_", count: 81),
    ] {
      #expect(refusal(text, directory) == .malformedToken, "\(text.prefix(100))")
    }
    let another = good.replacing("flyball_00", with: "flyball_ff")
    #expect(refusal(another, directory) == .unknownToken)
  }

  @Test("a token has what its operator has, at most")
  func scope() throws {
    let own = [Grant(.viewer, in: .all), Grant(.operator, in: .named(["bank"]))]
    let directory = directory(grants: [Grant(.admin, in: .named(["shop", "bank"]))], operator: own)
    let caller = try directory.bearer(of: token.text, at: Self.now)
    #expect(
      caller.grants == [
        Grant(.viewer, in: .named(["shop", "bank"])), Grant(.operator, in: .named(["bank"])),
      ])
    #expect(!caller.may(.nodes, in: nil) && !caller.may(.order, in: "shop"))
    #expect(caller.may(.order, in: "bank") && caller.may(.nodes, in: "shop"))
  }

  @Test("a token of an operator who is not there any more, or has nothing in common, is refused")
  func granted() {
    let orphan = OperatorDirectory(tokens: [
      TokenRecord(
        id: token.id, operator: "ci", digest: token.digest, grants: shop,
        expires: Self.now.adding(milliseconds: 1))
    ])
    #expect(refusal(token.text, orphan) == .nothingGranted(name: "ci"))
    let apart = directory(operator: [Grant(.admin, in: .named(["bank"]))])
    #expect(refusal(token.text, apart) == .nothingGranted(name: "ci"))
  }

  @Test("a hash reads back from its digits, and from nothing else")
  func digests() throws {
    let text = token.digest.hexadecimal
    #expect(try #require(Digest(hexadecimal: text)) == token.digest)
    for other in ["", text.uppercased(), text + "00", String(text.dropLast(2)), "0x" + text] {
      #expect(Digest(hexadecimal: other) == nil)
    }
  }

  @Test("two hashes are the same only if all bytes are, and the comparison ends at no difference")
  func comparison() {
    let bytes = token.digest.bytes
    for position in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[position] ^= 1 << UInt8(bit)
        #expect(Digest(hexadecimal: hexadecimal(other)) != token.digest)
      }
    }
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
