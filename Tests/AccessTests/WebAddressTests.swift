internal import Access
internal import Testing

struct WebAddressTests {
  @Test("an address in its one spelling is read, and written as it was")
  func addresses() throws {
    for text in [
      "https://a.example", "https://a:8443/x/y", "http://127.0.0.1:80/", "https://a/~b_c",
      "https://[2001:db8::1]", "http://[::1]:9093/api/",
    ] {
      let address = try #require(WebAddress(text))
      #expect(address.description == text)
    }
    let address = try #require(WebAddress("https://login.example:8443/realm"))
    #expect(address.host == "login.example" && address.path == "/realm" && !address.isLoopback)
    #expect(address.origin == "https://login.example:8443")
    #expect(try #require(WebAddress("http://127.0.0.1:1")).isLoopback)
    #expect(try !#require(WebAddress("http://127.evil.example")).isLoopback)
    #expect(try #require(WebAddress("http://[::1]:1/x")).isLoopback)
    let literal = try #require(WebAddress("http://[2001:db8::1]:9093/x"))
    #expect(literal.host == "[2001:db8::1]" && literal.authority == "[2001:db8::1]:9093")
    #expect(!literal.isLoopback)
  }

  @Test("a query is taken where there may be one, and passed on as it is")
  func query() throws {
    let text = "https://chat.example/v1/messages?key=a%2Fb&token=x-_.~!$'()*+,;:@/?="
    #expect(WebAddress(text) == nil)
    let address = try #require(WebAddress(text, mayHaveQuery: true))
    #expect(address.description == text && address.path == "/v1/messages")
    #expect(address.query.hasPrefix("key=a%2Fb&") && address.authority == "chat.example")
    let base = try #require(WebAddress("http://[::1]:9093/am/?tenant=a", mayHaveQuery: true))
    #expect(
      base.url("/api/v2/alerts", query: "filter=b")
        == "http://[::1]:9093/am/api/v2/alerts?tenant=a&filter=b")
    #expect(try #require(WebAddress("http://a")).url("/x", query: "y") == "http://a/x?y")
    #expect(WebAddress("http://a?x@b/", mayHaveQuery: true)?.host == "a")
    for text in ["http://a?x#y", "http://a?\"", "http://a? ", "http://a?é", "http://a@b?x"] {
      #expect(WebAddress(text, mayHaveQuery: true) == nil, "\(text)")
    }
  }

  @Test("what two programs could read differently is no address")
  func hostile() {
    for text in [
      "", "https://", "https:///x", "HTTPS://a", "https://A", "https://a@b", "https://a:b@c",
      "https://a:",
      "https://a:0", "https://a:65536", "https://a:1:2", "https://a?x", "https://a#x",
      "https://a/%2e",
      "https://a/../b", "https://a/./b", "https://a\\b", "https://é", "https://a/\n", "https://a b",
      "ftp://a", "//a", "https://a\0",
      "https://[::1", "https://[::1]x", "https://[::1]:", "https://[::1]:0", "https://::1/",
      "https://[]", "https://[1.2.3.4]", "https://[::ffff:1.2.3.4]", "https://[2001:DB8::1]",
      "https://[2001:db8:0:0::1]", "https://[fe80::1%25eth0]", "https://a@[::1]", "https://[[::1]]",
      "https://" + String(repeating: "a", count: 2_000),
    ] {
      #expect(WebAddress(text) == nil, "\(text.prefix(40))")
    }
  }

  @Test("the interface answers to its own names only, with its own port or none")
  func hosts() {
    let hosts = HostList(["flyball.example", "10.0.0.5:8443", "[2001:db8::1]"], port: 8_443)
    for host in [
      "flyball.example", "flyball.example:8443", "Flyball.Example", "10.0.0.5:8443",
      "[2001:db8::1]", "[2001:db8::1]:8443",
    ] {
      #expect(hosts.contains(host))
    }
    for host in [
      "", "flyball.example:1", "10.0.0.5", "evil.example", "flyball.example.",
      "flyball.example.evil",
      "flyball.example\0", String(repeating: "flyball.example", count: 1_000),
    ] {
      #expect(!hosts.contains(host))
    }
  }

  @Test("a page of another origin, scheme or port is not its own, and neither is 'null'")
  func origins() {
    let hosts = HostList(["flyball.example"], port: 8_443)
    #expect(hosts.isOwnOrigin("https://flyball.example:8443", isSecure: true))
    #expect(hosts.isOwnOrigin("https://flyball.example", isSecure: true))
    for origin in [
      "null", "", "http://flyball.example:8443", "https://evil.example",
      "https://flyball.example:1",
      "https://flyball.example/x", "https://flyball.example.evil.example", "*",
    ] {
      #expect(!hosts.isOwnOrigin(origin, isSecure: true))
    }
  }
}
