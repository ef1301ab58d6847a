internal import MeshModel
internal import Testing

struct SPIFFEIDTests {
  @Test("a well-formed identity is read, and printed as it was")
  func wellFormed() throws {
    let identity = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/payments")
    #expect(identity.trustDomain == "shop.demo")
    #expect(identity.name == "payments")
    #expect(identity.namespace == "shop")
    #expect(identity.description == "spiffe://shop.demo/ns/shop/sa/payments")
  }

  @Test(
    "what is no SPIFFE ID is refused with the reason",
    arguments: [
      ("http://shop.demo/a", SPIFFEIDError.notSPIFFE), ("spiffe://shop.demo", .emptyPath),
      ("spiffe:///a", .badTrustDomain), ("spiffe://Shop.demo/a", .badTrustDomain),
      ("spiffe://shop.demo/", .badPath), ("spiffe://shop.demo/a/../b", .badPath),
      ("spiffe://shop.demo/a b", .badPath), ("spiffe://shop.demo/a?b", .badPath),
      ("spiffe://shop.demo/" + String(repeating: "a", count: 2048), .tooLong),
    ])
  func malformed(text: String, error: SPIFFEIDError) {
    #expect(throws: error) { try SPIFFEID(parsing: text) }
  }

  @Test("a pattern's star covers the path and never widens the trust domain")
  func patterns() throws {
    let pattern = try SPIFFEPattern(parsing: "spiffe://shop.demo/ns/ops/*")
    #expect(pattern.matches(try SPIFFEID(parsing: "spiffe://shop.demo/ns/ops/sa/a")))
    #expect(!pattern.matches(try SPIFFEID(parsing: "spiffe://shop.demo/ns/opsx/sa/a")))
    #expect(throws: SPIFFEIDError.self) { try SPIFFEPattern(parsing: "spiffe://shop*") }
    #expect(throws: SPIFFEIDError.self) { try SPIFFEPattern(parsing: "*") }
  }
}

struct TimestampTests {
  @Test(
    "instants print as RFC 3339 in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
      (1_795_255_199_123_456, "2026-11-21T09:59:59.123456Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
    ])
  func rfc3339(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
  }

  @Test("adding saturates instead of overflowing")
  func saturation() {
    #expect(Timestamp(microseconds: .max).adding(milliseconds: 1).microseconds == .max)
    #expect(Timestamp(microseconds: 0).adding(milliseconds: .min).microseconds == .min)
  }
}

struct ActionIDTests {
  @Test("an id survives its own text, and other text is no id")
  func parsing() {
    let id = ActionID(number: 0xABC)
    #expect(id.description == "fb-000000000abc")
    #expect(ActionID(parsing: id.description) == id)
    for text in ["", "fb-", "fb-00000000ABCD", "xx-000000000abc", "fb-000000000abcd"] {
      #expect(ActionID(parsing: text) == nil)
    }
  }
}
