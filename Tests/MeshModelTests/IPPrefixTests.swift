internal import MeshModel
internal import Testing

struct IPPrefixTests {
  @Test(
    "addresses and blocks are written in one way",
    arguments: [
      ("203.0.113.7", "203.0.113.7"), ("10.1.2.3/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"),
      ("::1", "::1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
      ("2001:db8::/32", "2001:db8::/32"), ("::", "::"), ("fe80::1/10", "fe80::/10"),
      ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("::ffff:192.0.2.1", "192.0.2.1"),
      ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1::", "1::"),
    ])
  func written(text: String, normal: String) throws {
    let block = try #require(IPPrefix(text))
    #expect(block.description == normal)
    #expect(IPPrefix(normal) == block)
  }

  @Test(
    "what is no address is refused",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/+8",
      "+1.2.3.4", ":", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::", "::/129", "g::", "1:", ":1", "::1%eth0", "1.2.3.4:80", "1.2.3.4/8/8",
      "::-1", "١.٢.٣.٤",
    ])
  func refused(text: String) {
    #expect(IPPrefix(text) == nil)
  }

  @Test("a client is one IPv4 address, or the 64 bits of IPv6 that are its site's")
  func clients() throws {
    #expect(IPPrefix(client: "203.0.113.7")?.description == "203.0.113.7")
    #expect(IPPrefix(client: "2001:db8:1:2:3::4")?.description == "2001:db8:1:2::/64")
    #expect(IPPrefix(client: "203.0.113.0/24") == nil)
  }

  @Test("a block contains what begins with its bits, of its own family")
  func containment() throws {
    let block = try #require(IPPrefix("10.0.0.0/8"))
    #expect(block.contains(try #require(IPPrefix("10.255.0.1"))))
    #expect(!block.contains(try #require(IPPrefix("11.0.0.1"))))
    #expect(!block.contains(try #require(IPPrefix("0.0.0.0/0"))))
    #expect(!block.contains(try #require(IPPrefix("a00::1"))))
    #expect(try #require(IPPrefix("::/0")).contains(try #require(IPPrefix("2001:db8::1"))))
  }

  @Test(
    "a subject's text gives the subject back",
    arguments: [
      "spiffe://shop.demo/ns/shop/sa/reports",
      "203.0.113.7 at spiffe://shop.demo/ns/shop/sa/ingress",
      "2001:db8:1:2::/64 at spiffe://shop.demo/ns/shop/sa/ingress",
    ])
  func subjects(text: String) throws {
    #expect(try Subject(parsing: text).description == text)
  }

  @Test(
    "what is no subject is refused",
    arguments: [
      "", "at ", "203.0.113.7", "203.0.113.7 at ", "x at spiffe://a/b", "203.0.113.7 at x",
    ])
  func noSubjects(text: String) {
    #expect(throws: SPIFFEIDError.self) { try Subject(parsing: text) }
  }
}
