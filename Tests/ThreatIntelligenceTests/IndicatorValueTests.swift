internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct IndicatorValueTests {
  @Test(
    "a value is told by its form and written one way",
    arguments: [
      ("192.0.2.7", "192.0.2.7"), ("192.0.2.9/24", "192.0.2.0/24"), ("0.0.0.0/0", "0.0.0.0/0"),
      ("2001:DB8:0::1", "2001:db8::1"), ("::/0", "::/0"), ("::ffff:192.0.2.7", "192.0.2.7"),
      ("::ffff:192.0.2.7/120", "192.0.2.0/24"), ("::ffff:0:0/96", "0.0.0.0/0"),
      ("Evil.Example.", "evil.example"), ("*.evil.example", "*.evil.example"),
      (".evil.example", "*.evil.example"), ("_dmarc.evil.example", "_dmarc.evil.example"),
      ("http://Evil.Example", "evil.example/"),
      ("https://evil.example:443/A?b#c", "evil.example/A?b"),
      ("HTTP://evil.example:8080?q", "evil.example:8080/?q"),
      ("http://192.0.2.7:80/x", "192.0.2.7/x"),
      ("http://[2001:DB8::1]:81/", "[2001:db8::1]:81/"), ("http://evil.example:/", "evil.example/"),
    ])
  func forms(given: String, written: String) throws {
    #expect(try aTarget(given).description == written)
  }

  @Test(
    "what is no value is none",
    arguments: [
      "", " ", ".", "..", "*", "*.", "a..b", "-a.b", "a-.b", "a.b-", "1.2.3", "1.2.3.4.5",
      "256.1.1.1",
      "01.2.3.4", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/+8", "::1/129", "::ffff:192.0.2.7/24",
      "::ffff:192.0.2.7/129", "1.2.3.4/24/24", "evil.example/path", "evil example",
      "münchen.example",
      "a\u{0}.example", "ftp://evil.example/", "http://", "http:///x", "http://user@evil.example/",
      "http://evil.example:99999/", "http://evil.example:+80/", "http://2001:db8::1/",
      "http://[192.0.2.1]]/", "http://[]/", "http://evil.example/\u{7F}", "http://ev il/", "://",
      "1.2.3.4-1.2.3.9",
      String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 127) + "aa",
      "http://evil.example/" + String(repeating: "a", count: 2_048),
    ])
  func none(given: String) {
    #expect(Indicator.Value(target: given, subdomains: false) == nil)
  }

  @Test("a fingerprint is JA3 or JA4 by its form, in lower case")
  func fingerprints() {
    #expect(
      TLSFingerprint("E7D705A3286E19EA42F587B344EE6865")
        == .ja3("e7d705a3286e19ea42f587b344ee6865"))
    #expect(
      TLSFingerprint("t13d1516h2_8daaf6152771_e5627efa2ab1")
        == .ja4("t13d1516h2_8daaf6152771_e5627efa2ab1"))
    for text in [
      "", "e7d705a3286e19ea42f587b344ee686", "e7d705a3286e19ea42f587b344ee686g",
      "t13d1516h2-8daaf6152771_e5627efa2ab1", "t13d1516h2_8daaf6152771_e5627efa2abz",
      "t13d1516h2_8daaf6152771_e5627efa2ab1aa",
    ] {
      #expect(TLSFingerprint(text) == nil, "\(text)")
    }
  }

  @Test("an indicator holds from its first instant up to and not at its end")
  func validity() throws {
    let indicator = anIndicator(try aTarget("192.0.2.1"), from: 0, until: 10)
    let first = readAt.microseconds
    #expect(!indicator.holds(at: Timestamp(microseconds: first - 1)))
    #expect(indicator.holds(at: readAt))
    #expect(indicator.holds(at: Timestamp(microseconds: first + 9_999_999)))
    #expect(!indicator.holds(at: Timestamp(microseconds: first + 10_000_000)))
  }

  @Test("a URL has at most 2048 bytes behind its scheme")
  func lengthOfURL() {
    let start = "http://evil.example/"
    #expect(RequestURL(start + String(repeating: "a", count: 2_035)) != nil)
    #expect(RequestURL(start + String(repeating: "a", count: 2_036)) == nil)
  }
}
