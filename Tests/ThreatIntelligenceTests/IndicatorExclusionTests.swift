internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct IndicatorExclusionTests {
  private func exclusions() throws -> IndicatorExclusions {
    IndicatorExclusions(
      names: try ["mesh.example", "api.partner.example"].map { try #require(DomainName($0)) },
      ranges: [try #require(IPPrefix("198.51.100.0/25"))])
  }

  @Test(
    "no feed can have cut what is reserved, protected, local or too wide",
    arguments: [
      ("10.1.2.3", "meets the reserved range 10.0.0.0/8"),
      ("127.0.0.1", "meets the reserved range 127.0.0.0/8"),
      ("169.254.169.254", "meets the reserved range 169.254.0.0/16"),
      ("172.16.0.0/11", "meets the reserved range 172.16.0.0/12"),
      ("192.168.0.0/15", "meets the reserved range 192.168.0.0/16"),
      ("255.255.255.255", "meets the reserved range 240.0.0.0/4"),
      ("::ffff:10.0.0.1", "meets the reserved range 10.0.0.0/8"),
      ("::1", "meets the reserved range ::/8"), ("::fffe:0:0/90", "meets the reserved range ::/8"),
      ("64:ff9b::a00:1", "meets the reserved range ::/8"),
      ("fe80::1", "meets the reserved range fe80::/10"),
      ("fd00::/29", "meets the reserved range fc00::/7"),
      ("0.0.0.0/0", "a length of 0 takes in too many addresses, the shortest is 9"),
      ("11.0.0.0/8", "a length of 8 takes in too many addresses, the shortest is 9"),
      ("::/0", "a length of 0 takes in too many addresses, the shortest is 29"),
      ("2001:d00::/28", "a length of 28 takes in too many addresses, the shortest is 29"),
      ("198.51.100.7", "meets the protected range 198.51.100.0/25"),
      ("198.51.0.0/16", "meets the protected range 198.51.100.0/25"),
      ("localhost", "meets the local name localhost"),
      ("a.svc.cluster.local", "meets the local name local"),
      ("*.local", "meets the local name local"), ("*.arpa", "meets the local name home.arpa"),
      ("mesh.example", "meets the protected name mesh.example"),
      ("shop.mesh.example", "meets the protected name mesh.example"),
      ("*.partner.example", "meets the protected name api.partner.example"),
      ("*.com", "would match every name under a top-level domain"),
      ("com", "would match every name under a top-level domain"),
      ("http://10.1.2.3/x", "meets the reserved range 10.0.0.0/8"),
      ("http://[::1]/x", "meets the reserved range ::/8"),
      ("http://shop.mesh.example/x", "meets the protected name mesh.example"),
    ])
  func excluded(target: String, reason: String) throws {
    #expect(try exclusions().exclusion(of: aTarget(target))?.description == reason)
  }

  @Test(
    "what lies beside them is taken",
    arguments: [
      "9.255.255.255", "11.0.0.0/9", "172.32.0.0", "172.15.255.255", "198.51.100.128/25",
      "2001:d00::/29",
      "partner.example", "www.partner.example", "notmesh.example", "*.example.com",
      "mylocalhost.example",
      "http://partner.example/mesh.example",
    ])
  func taken(target: String) throws {
    #expect(try exclusions().exclusion(of: aTarget(target)) == nil)
  }

  @Test("every indicator that is taken meets no address that is reserved, whatever its form")
  func sampled() throws {
    var random = SeededRandom(seed: 0x1DEA)
    let exclusions = IndicatorExclusions(names: [], ranges: [])
    for _ in 0..<20_000 {
      let isIPv4 = Bool.random(using: &random)
      let groups = (0..<8).map { _ in
        String(UInt16.random(in: 0...UInt16.max, using: &random), radix: 16)
      }
      let bytes = (0..<4).map { _ in String(UInt8.random(in: 0...255, using: &random)) }
      let text =
        isIPv4
        ? bytes.joined(separator: ".") + "/\(Int.random(in: 0...32, using: &random))"
        : groups.joined(separator: ":") + "/\(Int.random(in: 0...128, using: &random))"
      let range = try #require(IPPrefix(text))
      let refused = exclusions.exclusion(of: .range(range)) != nil
      let meets = IPPrefix.reserved.contains {
        $0.contains(range) || range.contains($0)
      }
      let isWide = range.length < (range.family == .v4 ? 9 : 29)
      #expect(refused == (meets || isWide), "\(text)")
    }
  }
}
