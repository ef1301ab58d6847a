internal import CCurl
internal import CFakeResolver
internal import CurlHTTP
internal import Foundation
internal import MeshModel
internal import TestServer
internal import Testing

@Suite("Where a client may connect to", .serialized)
struct DestinationPolicyTests {
  private static let onlyPublic = DestinationPolicy.publicOnly(allowing: [])

  private static func allowing(_ blocks: String...) -> DestinationPolicy {
    .publicOnly(allowing: blocks.compactMap { IPPrefix($0) })
  }

  /// Answers look-ups of a name, one after another.
  private static func resolve(_ name: String, _ answers: String...) {
    let copies = answers.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    fake_resolver_set(name, copies.map { UnsafePointer($0) }, Int32(copies.count))
  }

  private static func server(on host: String = "127.0.0.1") throws -> LoopbackServer {
    try LoopbackServer(on: host) { $0.answer(200, Array("reached".utf8)) }
  }

  private static func error(
    _ url: String, to destinations: DestinationPolicy, redirects: Int = 0
  ) async -> HTTPError? {
    do {
      let response = try await HTTPConnection(to: destinations).send(
        HTTPRequest(url: url, timeoutMilliseconds: 3_000, maximumRedirects: redirects))
      Issue.record("\(url) answers \(response.status) \(response.text)")
      return nil
    } catch {
      return error as? HTTPError
    }
  }

  @Test(
    "addresses that are private, own, of a link or of a cloud's metadata are refused however written",
    arguments: [
      "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "0", "localhost",
      "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "168.63.129.16",
      "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]",
      "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[fd00:ec2::254]", "[fe80::1]", "[ff02::1]",
      "[2002:7f00:1::]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::127.0.0.1]",
      "[2001:0:7f00:1::f5ff:fffe]",
    ])
  func refused(host: String) async {
    let error = await Self.error("http://\(host):9/", to: Self.onlyPublic)
    #expect(error?.isForbidden == true, "\(String(describing: error))")
  }

  @Test("a server that a private name leads to is not connected to, unless its block is allowed")
  func allowedBlock() async throws {
    let server = try Self.server()
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)/"
    #expect(await Self.error(url, to: Self.onlyPublic)?.isForbidden == true)
    #expect(await Self.error(url, to: Self.allowing("127.0.0.2/32"))?.isForbidden == true)
    #expect(server.connectionCount == 0)
    let response = try await HTTPConnection(to: Self.allowing("127.0.0.0/8"))
      .send(HTTPRequest(url: url))
    #expect(response.text == "reached")
    let mapped = try await HTTPConnection(to: Self.allowing("127.0.0.0/8"))
      .send(HTTPRequest(url: "http://[::ffff:127.0.0.1]:\(server.port)/"))
    #expect(mapped.text == "reached")
  }

  @Test("an address of this machine is refused even where its block is public")
  func ownAddress() throws {
    let address = try #require(IPPrefix("203.0.113.7"))
    #expect(Self.onlyPublic.allows(address) { _ in false })
    #expect(!Self.onlyPublic.allows(address) { _ in true })
    #expect(DestinationPolicy.publicOnly(allowing: [address]).allows(address) { _ in true })
    #expect(ccurl_is_own([127, 0, 0, 1], 4) == 1)
    #expect(ccurl_is_own([203, 0, 113, 7], 4) == 0)
    #expect(ccurl_is_own([UInt8](repeating: 0, count: 15) + [1], 16) == 1)
    #expect(ccurl_is_own([0x20, 1] + [UInt8](repeating: 0, count: 14), 16) == 0)
  }

  @Test("no address of IPv4 in a refused block is let past, whatever its bits are elsewhere")
  func blocksOfIPv4() {
    func allows(_ policy: DestinationPolicy, _ address: UInt32) -> Bool {
      policy.allows(
        IPPrefix(family: .v4, bits: UInt128(address) << 96, length: 32), isOwn: { _ in false })
    }
    let links = ["169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32"]
      .compactMap { IPPrefix($0) }
    let blocks = IPPrefix.reserved.filter { $0.family == .v4 } + links
    #expect(blocks.count == 14)
    var random = SystemRandomNumberGenerator()
    for block in blocks {
      let first = UInt32(truncatingIfNeeded: block.bits >> 96)
      let last = block.length == 32 ? first : first | UInt32.max >> UInt32(block.length)
      let drawn = (0..<1_000).map { _ in UInt32.random(in: first...last, using: &random) }
      // The last begins as what says that an address of IPv4 is meant.
      for address in [first, last, 0x0064_FF9B] + drawn where (first...last).contains(address) {
        #expect(!allows(Self.onlyPublic, address), "\(block), \(address)")
        if links.contains(block) { #expect(!allows(.configured, address), "\(address)") }
      }
    }
    #expect(allows(Self.onlyPublic, 0x0808_0404))
  }

  /// Ways to write an address of IPv4 inside IPv6, and whether the way itself is of the public.
  private static let ways: [(isPublic: Bool, write: @Sendable (UInt32) -> UInt128)] = [
    (true, { 0xFFFF << 32 | UInt128($0) }),
    (true, { 0x0064_FF9B << 96 | UInt128($0) }),
    (false, { UInt128($0) }),
    (false, { 0x0064_FF9B_0001 << 80 | UInt128($0) }),
    (false, { 0x0064_FF9B_0001_00AB << 64 | UInt128($0) }),
    (false, { 0x0064_FF9B_0001 << 80 | UInt128($0 >> 16) << 64 | UInt128($0 & 0xFFFF) << 40 }),
    (
      false, { 0x0064_FF9B_0001_AB << 72 | UInt128($0 >> 24) << 64 | UInt128($0 & 0xFF_FFFF) << 32 }
    ),
    (false, { 0x0064_FF9B_0001_00AB << 64 | UInt128($0) << 24 }),
    (false, { 0x2002 << 112 | UInt128($0) << 80 | 1 }),
    (false, { 0x2001_0000 << 96 | UInt128($0) << 64 | 0xF7F7_F7F7 }),
    (false, { 0x2001_0000 << 96 | 0x0808_0808 << 64 | UInt128(~$0) }),
  ]

  @Test("an address of IPv4 inside one of IPv6 is judged as what it is, however it is written")
  func embedded() throws {
    func allows(
      _ policy: DestinationPolicy, _ bits: UInt128, isOwn: (IPPrefix) -> Bool = { _ in false }
    ) -> Bool {
      policy.allows(IPPrefix(family: .v6, bits: bits, length: 128), isOwn: isOwn)
    }
    let loosely = Self.allowing("::/0")
    for (number, way) in Self.ways.enumerated() {
      for (text, isMeant, isPublic) in [
        ("169.254.169.254", false, false), ("169.254.1.1", false, false),
        ("168.63.129.16", false, false), ("100.100.100.200", false, false),
        ("127.0.0.1", true, false), ("10.1.2.3", true, false), ("172.31.0.9", true, false),
        ("192.168.1.1", true, false), ("100.64.0.1", true, false), ("0.0.0.1", true, false),
        ("224.0.0.1", true, false), ("93.184.216.34", true, true), ("8.8.4.4", true, true),
      ] {
        let address = try #require(IPPrefix(text))
        let bits = way.write(UInt32(truncatingIfNeeded: address.bits >> 96))
        let place: Comment =
          "\(text), way \(number): \(IPPrefix(family: .v6, bits: bits, length: 128))"
        #expect(allows(.configured, bits) == isMeant, place)
        #expect(allows(Self.onlyPublic, bits) == (isPublic && way.isPublic), place)
        #expect(
          allows(loosely, bits) == isPublic, "the block of the way is not that of the address")
        #expect(!allows(loosely, bits) { $0 == address }, "this machine's own")
        #expect(allows(Self.allowing("::/0", "0.0.0.0/0"), bits), place)
        #expect(allows(Self.allowing("0.0.0.0/0"), bits) == way.isPublic, place)
      }
    }
    #expect(allows(.configured, 0xFD00_0EC2 << 96 | 0x0254) == false)
    #expect(allows(Self.onlyPublic, 0x2606_4700 << 96 | 1))
    #expect(!allows(Self.onlyPublic, 0x2606_4700 << 96 | 1) { $0.family == .v6 })
  }

  @Test("a name that was public when it was first looked up gains nothing by leading here later")
  func rebinding() async throws {
    let allowed = try Self.server(on: "127.0.0.2")
    defer { allowed.stop() }
    let name = "rebinding.resolver.test"
    Self.resolve(name, "127.0.0.2", "127.0.0.1")
    let policy = Self.allowing("127.0.0.2/32")
    let url = "http://\(name):\(allowed.port)/"
    let first = try await HTTPConnection(to: policy).send(HTTPRequest(url: url))
    #expect(first.text == "reached")
    #expect(fake_resolver_lookups(name) == 1, "one look-up is all that a connection goes by")
    #expect(await Self.error(url, to: policy)?.isForbidden == true)
    #expect(fake_resolver_lookups(name) == 2)
  }

  @Test("of a name's allowed and forbidden addresses only the allowed are connected to")
  func mixedAnswer() async throws {
    let allowed = try Self.server(on: "127.0.0.2")
    defer { allowed.stop() }
    Self.resolve("mixed.resolver.test", "127.0.0.1 127.0.0.2")
    let response = try await HTTPConnection(to: Self.allowing("127.0.0.2/32"))
      .send(HTTPRequest(url: "http://mixed.resolver.test:\(allowed.port)/"))
    #expect(response.text == "reached")
  }

  @Test("a redirect to a forbidden address is refused, by address and by name")
  func redirect() async throws {
    let secret = try Self.server()
    defer { secret.stop() }
    Self.resolve("inside.resolver.test", "127.0.0.1")
    for target in ["127.0.0.1", "inside.resolver.test"] {
      let outside = try LoopbackServer(on: "127.0.0.2") {
        $0.answer(302, headers: ["Location: http://\(target):\(secret.port)/secret"])
      }
      defer { outside.stop() }
      let url = "http://127.0.0.2:\(outside.port)/"
      let policy = Self.allowing("127.0.0.2/32")
      #expect(await Self.error(url, to: policy, redirects: 3)?.isForbidden == true)
      let unfollowed = try await HTTPConnection(to: policy).send(HTTPRequest(url: url))
      #expect(unfollowed.status == 302, "without leave no redirect is followed")
    }
    #expect(secret.connectionCount == 0)
  }

  @Test("redirects to files, in a circle, and with a user in the address are refused")
  func strangeRedirects() async throws {
    let policy = Self.allowing("127.0.0.0/8")
    for (location, code) in [("file:///etc/passwd", 1), ("/again", 47), ("gopher://127.0.0.1/", 1)]
    {
      let server = try LoopbackServer { $0.answer(302, headers: ["Location: \(location)"]) }
      defer { server.stop() }
      let error = await Self.error(
        "http://127.0.0.1:\(server.port)/", to: policy, redirects: 3)
      #expect(error?.code == code, "\(location): \(String(describing: error))")
      #expect(server.requests.count <= 4)
    }
    #expect(await Self.error("http://user:word@127.0.0.1:9/", to: policy)?.code == 67)
    #expect(await Self.error("file:///etc/passwd", to: policy)?.code == 1)
    #expect(await Self.error("http://unix/", to: Self.onlyPublic) != nil)
  }

  @Test("a redirect to another host does not take the authorization with it")
  func authorizationStays() async throws {
    let other = try Self.server(on: "127.0.0.2")
    defer { other.stop() }
    let first = try LoopbackServer {
      $0.answer(302, headers: ["Location: http://127.0.0.2:\(other.port)/"])
    }
    defer { first.stop() }
    let response = try await HTTPConnection(to: Self.allowing("127.0.0.0/8")).send(
      HTTPRequest(
        url: "http://127.0.0.1:\(first.port)/", headers: ["Authorization: Bearer secret"],
        maximumRedirects: 1))
    #expect(response.text == "reached")
    #expect(first.requests.allSatisfy { $0.contains("Bearer secret") })
    #expect(other.requests.count == 1)
    #expect(other.requests.allSatisfy { !$0.contains("Bearer secret") })
  }
}
