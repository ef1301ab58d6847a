internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct MISPReaderTests {
  private func attribute(_ id: String, _ type: String, _ value: String, more: String = "") -> String
  {
    "{\"uuid\": \"\(id)\", \"type\": \"\(type)\", \"value\": \"\(value)\", \"to_ids\": true\(more)}"
  }

  private func read(_ attributes: [String], objects: String = "") throws -> FeedVersion {
    var version = aVersion()
    try MISPReader.read(
      Array(
        """
        {"Event": {"uuid": "e", "info": "x", "timestamp": "1699999000",
        "Attribute": [\(attributes.joined(separator: ","))], "Object": [\(objects)]}}
        """.utf8), into: &version)
    return version
  }

  @Test("attributes meant for detection give their values, those within objects too")
  func values() throws {
    let version = try read(
      [
        attribute("1", "ip-src", "203.0.113.1"), attribute("2", "ip-dst", "2001:db8::/48"),
        attribute("3", "domain", "evil.example"), attribute("4", "hostname", "www.evil.example"),
        attribute("5", "url", "http://evil.example/x"), attribute("6", "user-agent", "sqlmap/1.0"),
        attribute("7", "ja3-fingerprint-md5", "e7d705a3286e19ea42f587b344ee6865"),
      ],
      objects: "{\"name\": \"o\", \"Attribute\": [\(attribute("8", "ip-dst", "203.0.113.8"))]},"
        + "{\"deleted\": true, \"Attribute\": [\(attribute("9", "ip-dst", "203.0.113.9"))]}")
    #expect(
      version.indicators.map { "\($0.provenance.id) \($0.value)" } == [
        "1 203.0.113.1", "2 2001:db8::/48", "3 *.evil.example", "4 www.evil.example",
        "5 evil.example/x", "6 sqlmap/1.0", "7 e7d705a3286e19ea42f587b344ee6865", "8 203.0.113.8",
      ])
    #expect(version.rejections.total == 0)
    #expect(
      version.indicators.allSatisfy { $0.modified == Timestamp(seconds: 1_699_999_000) },
      "an attribute without a time has its event's")
  }

  @Test("what is for context is passed over, what was deleted is withdrawn, the rest is named")
  func others() throws {
    let version = try read([
      attribute("1", "ip-src", "203.0.113.1").replacing(
        "\"to_ids\": true", with: "\"to_ids\": false"),
      attribute("2", "ip-src", "203.0.113.2").replacing(", \"to_ids\": true", with: ""),
      attribute("3", "ip-src", "203.0.113.3", more: ", \"deleted\": true"),
      attribute("4", "ip-src", "203.0.113.4", more: ", \"deleted\": \"0\", \"warnings\": []"),
      attribute(
        "5", "ip-src", "203.0.113.5", more: ", \"warnings\": [{\"warninglist_name\": \"CDNs\"}]"),
      attribute("6", "ip-dst|port", "203.0.113.6|80"), attribute("7", "md5", "x"),
      attribute("8", "ip-src", "1.2.3"), attribute("9", "ip-src", "10.0.0.1"), "7",
      "{\"uuid\": \"11\", \"type\": \"ip-src\", \"value\": 7}",
    ])
    #expect(version.indicators.map(\.provenance.id) == ["4"])
    #expect(version.context == 2)
    #expect(version.revoked.mapValues(\.modified) == ["3": Timestamp(seconds: 1_699_999_000)])
    #expect(
      version.rejections.named.map(\.description) == [
        "5: not supported: on the warning list CDNs",
        "6: not supported: an attribute of type ip-dst|port",
        "7: not supported: an attribute of type md5", "8: cannot be read: 1.2.3",
        "9: meets the reserved range 10.0.0.0/8",
        "-: cannot be read: an attribute without uuid, type or value",
        "11: cannot be read: an attribute without uuid, type or value",
      ])
  }

  @Test("what is no event is no version")
  func noEvent() {
    for text in ["", "[]", "{}", "{\"Event\": []}", "{\"Event\": 1}"] {
      var version = aVersion()
      #expect(throws: FetchFailure.self) { try MISPReader.read(Array(text.utf8), into: &version) }
    }
  }

  @Test("no document ends the reading")
  func hostile() throws {
    let whole = Array(
      ("{\"Event\": {\"timestamp\": 99999999999999999999, \"Object\": [{\"Attribute\": 1}, 2], \"Attribute\": ["
        + attribute("1", "domain", "evil.example", more: ", \"warnings\": [1]") + "]}}").utf8)
    var random = SeededRandom(seed: 0x315)
    for _ in 0..<3_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      let cut = Int.random(in: 0...bytes.count, using: &random)
      if Bool.random(using: &random) { bytes.removeSubrange(cut...) }
      var version = aVersion()
      // Either is well: it is read, or it is told why not.
      try? MISPReader.read(bytes, into: &version)
      var reader = STIXReader(into: version)
      _ = try? reader.read(bytes)
    }
  }
}
