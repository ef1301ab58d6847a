internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct STIXPatternTests {
  private func read(_ pattern: String) throws -> FeedVersion {
    let escaped = pattern.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n").replacing("\t", with: "\\t")
    var reader = STIXReader(into: aVersion())
    try reader.read(
      Array(
        """
        {"type": "bundle", "objects": [{"type": "indicator", "id": "i", "pattern": "\(escaped)",
        "pattern_type": "stix", "modified": "2023-11-14T00:00:00Z",
        "valid_from": "2023-11-14T00:00:00Z"}]}
        """.utf8))
    return reader.finished()
  }

  @Test(
    "one comparison, or several of which any one matches, give their values",
    arguments: [
      ("[ipv4-addr:value = '203.0.113.1']", ["203.0.113.1"]),
      ("[ipv4-addr:value == '203.0.113.0/24']", ["203.0.113.0/24"]),
      ("[ipv4-addr:value ISSUBSET '203.0.113.0/24']", ["203.0.113.0/24"]),
      ("[ipv6-addr:value='2001:db8::1']", ["2001:db8::1"]),
      ("  [ domain-name:value\n=\t'Evil.example' ] ", ["evil.example"]),
      ("[url:value = 'https://evil.example/a?b=\\'c\\'\\\\']", ["evil.example/a?b='c'\\"]),
      (
        "[domain-name:value IN ('a.example', 'b.example' ,'c.example')]",
        ["a.example", "b.example", "c.example"]
      ),
      (
        "[ipv4-addr:value = '203.0.113.1' OR domain-name:value = 'a.example']",
        ["203.0.113.1", "a.example"]
      ),
      (
        "[ipv4-addr:value = '203.0.113.1'] OR [url:value = 'http://a.example']",
        ["203.0.113.1", "a.example/"]
      ),
      (
        "([(domain-name:value = 'a.example' OR (domain-name:value = 'b.example'))] OR ([domain-name:value = 'c.example']))",
        ["a.example", "b.example", "c.example"]
      ),
      (
        "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'sqlmap/1.0']",
        ["sqlmap/1.0"]
      ),
    ])
  func values(pattern: String, values: [String]) throws {
    let version = try read(pattern)
    #expect(version.indicators.map(\.value.description) == values)
    #expect(version.rejections.total == 0)
  }

  @Test(
    "what is not looked for is told, and what stands beside it with OR is taken",
    arguments: [
      ("[file:hashes.'SHA-256' = 'aa']", "not supported: file:hashes.'SHA-256' ="),
      (
        "[domain-name:value = 'a.example' OR file:hashes.MD5 = 'aa']",
        "not supported: file:hashes.MD5 ="
      ),
      (
        "[domain-name:value = 'a.example' OR url:value LIKE 'http://%']",
        "not supported: url:value LIKE"
      ),
      (
        "[domain-name:value = 'a.example' OR url:value MATCHES '^a']",
        "not supported: url:value MATCHES"
      ),
      (
        "[domain-name:value = 'a.example' OR domain-name:value != 'b']",
        "not supported: domain-name:value !="
      ),
      (
        "[domain-name:value = 'a.example' OR domain-name:value <> 'b']",
        "not supported: domain-name:value !="
      ),
      (
        "[domain-name:value = 'a.example' OR domain-name:value NOT = 'b']",
        "not supported: domain-name:value NOT ="
      ),
      (
        "[domain-name:value = 'a.example' OR domain-name:value ISSUBSET 'b']",
        "not supported: domain-name:value ISSUBSET"
      ),
      (
        "[domain-name:value = 'a.example' OR network-traffic:dst_port >= 80]",
        "not supported: network-traffic:dst_port >="
      ),
      (
        "[domain-name:value = 'a.example' OR file:content_ref.x[*].y = h'00']",
        "not supported: file:content_ref.x[*].y ="
      ),
      (
        "[domain-name:value = 'a.example' OR ipv4-addr:value = '1.2.3']",
        "cannot be read: ipv4-addr:value 1.2.3"
      ),
      (
        "[domain-name:value = 'a.example' OR ipv4-addr:value = '::1']",
        "cannot be read: ipv4-addr:value ::1"
      ),
      (
        "[domain-name:value = 'a.example' OR ipv6-addr:value = '1.2.3.4']",
        "cannot be read: ipv6-addr:value 1.2.3.4"
      ),
      (
        "[domain-name:value = 'a.example' OR ipv4-addr:value = '10.0.0.1']",
        "meets the reserved range 10.0.0.0/8"
      ),
    ])
  func partly(pattern: String, reason: String) throws {
    let version = try read(pattern)
    #expect(version.rejections.named.map(\.description) == ["i: \(reason)"])
    let others = pattern.contains("a.example") ? ["a.example"] : []
    #expect(version.indicators.map(\.value.description) == others)
  }

  @Test(
    "a pattern of which no value is a reason by itself is refused whole",
    arguments: [
      (
        "[domain-name:value = 'a.example' AND domain-name:value = 'b.example']",
        "not supported: AND"
      ),
      (
        "[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']",
        "not supported: AND"
      ),
      (
        "[domain-name:value = 'a.example' OR url:value = 'http://x' AND url:value = 'http://y']",
        "not supported: AND"
      ),
      (
        "[domain-name:value = 'a.example'] FOLLOWEDBY [url:value = 'http://x']",
        "not supported: FOLLOWEDBY"
      ),
      ("[domain-name:value = 'a.example'] WITHIN 300 SECONDS", "not supported: WITHIN"),
      ("([domain-name:value = 'a.example'] REPEATS 5 TIMES)", "not supported: REPEATS"),
      ("[EXISTS domain-name:value]", "not supported: EXISTS"),
      ("", "cannot be read: the pattern at byte 0"),
      ("[]", "cannot be read: the pattern at byte 1"),
      ("[domain-name:value = 'a.example'", "cannot be read: the pattern at byte 32"),
      ("[domain-name:value = 'a.example]", "cannot be read: the pattern at byte 32"),
      ("[domain-name:value = 'a\\x.example']", "cannot be read: the pattern at byte 24"),
      ("[domain-name = 'a.example']", "cannot be read: the pattern at byte 12"),
      ("[domain-name:value 'a.example']", "cannot be read: the pattern at byte 19"),
      ("[domain-name:value =< 'a.example']", "cannot be read: the pattern at byte 19"),
      (
        "[domain-name:value = 'a.example'] [url:value = 'http://x']",
        "cannot be read: the pattern at byte 34"
      ),
      ("[domain-name:value ORDER 'a']", "cannot be read: the pattern at byte 19"),
      ("[domain-name:value IN ()]", "cannot be read: the pattern at byte 23"),
    ])
  func whole(pattern: String, reason: String) throws {
    let version = try read(pattern)
    #expect(version.rejections.named.map(\.description) == ["i: \(reason)"])
    #expect(version.indicators.isEmpty)
  }

  @Test("bounds: bytes, values and parentheses of a pattern")
  func bounds() throws {
    func reason(_ pattern: String) throws -> String? {
      try read(pattern).rejections.named.first?.reason.description
    }
    let value = "domain-name:value = 'a.example'"
    func list(_ count: Int) -> String {
      "[domain-name:value IN (\((0..<count).map { "'a\($0).example'" }.joined(separator: ",")))]"
    }
    #expect(try reason(list(256)) == nil)
    #expect(try reason(list(257)) == "longer than a pattern of 256 values")
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "[\(value)]" + String(repeating: ")", count: depth)
    }
    #expect(try reason(nested(16)) == nil)
    #expect(try reason(nested(17)) == "longer than a pattern of 16 parentheses")
    #expect(
      try reason("[" + String(repeating: "(", count: 17))
        == "longer than a pattern of 16 parentheses")
    #expect(
      try reason(String(repeating: " ", count: 16_385)) == "longer than a pattern of 16384 bytes")
  }

  @Test("no pattern ends the reading")
  func hostile() throws {
    var random = SeededRandom(seed: 0x571C)
    let parts = [
      "[", "]", "(", ")", "domain-name:value", "ipv4-addr:value", "x:y.'z'[*].w", "=", "IN",
      "ISSUBSET", "'a.example'",
      "'", "\\", "OR", "AND", "NOT", "LIKE", ",", " ", "1.5", "h'00'", "t'x'", "!", "<", ":", ".",
      "é", "\u{1}", "''",
    ]
    for _ in 0..<6_000 {
      let pattern = (0..<Int.random(in: 0...14, using: &random)).map { _ in
        parts[Int.random(in: parts.indices, using: &random)]
      }.joined(separator: Bool.random(using: &random) ? " " : "")
      guard !pattern.contains("\u{1}") else { continue }
      let version = try read(pattern)
      #expect(version.indicators.count + version.rejections.total > 0, "\(pattern)")
    }
  }
}
