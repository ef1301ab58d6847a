internal import Access
internal import ConfigurationYAML
internal import Foundation
internal import MeshModel
internal import Testing
internal import YAMLNodes

struct TokenFileTests {
  private let path: String
  private let tokens: [TokenRecord]

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-tokens-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path + "/tokens.yaml"
    tokens = try (0..<3).map { number in
      let random = (0..<AccessToken.randomBytes).map { UInt8(truncatingIfNeeded: $0 + number) }
      let token = try #require(AccessToken(random: random))
      return TokenRecord(
        id: token.id, operator: "ci\(number)@shop.demo", digest: token.digest,
        grants: [Grant(.operator, in: .named(["shop", "a.b"])), Grant(.viewer, in: .all)],
        expires: Timestamp(microseconds: 1_800_000_000_000_001))
    }
  }

  @Test("a file that is written reads back as the same, and only its owner may read it")
  func roundTrip() throws {
    #expect(try TokenFile.load(path) == [])
    for tokens in [tokens, [], Array(tokens.prefix(1))] {
      try TokenFile.replace(path, with: tokens)
      #expect(try TokenFile.load(path) == tokens)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect((mode as? NSNumber)?.intValue == 0o600)
      #expect(!TokenFile.isWritableByOthers(path))
    }
    #expect(!FileManager.default.fileExists(atPath: path + ".new"))
  }

  @Test("a file that anybody could read is nobody else's after it is replaced")
  func mode() throws {
    try Data("tokens: []".utf8).write(to: URL(fileURLWithPath: path))
    chmod(path, 0o666)
    #expect(TokenFile.isWritableByOthers(path))
    try TokenFile.replace(path, with: tokens)
    #expect(!TokenFile.isWritableByOthers(path))
  }

  @Test("where the folder cannot be written, it says so and the old file stays")
  func failure() throws {
    #expect(throws: TokenFileError.self) {
      try TokenFile.replace(path + "/no/such/folder", with: tokens)
    }
  }

  @Test(
    "what cannot be meant is refused at its place",
    arguments: [
      ("sha256: \"", "sha256: \"g", "6:13: sha256 must be"),
      ("expires: \"2", "expires: \"x2", "8:14: "),
      ("id: \"0", "id: \"", "4:9: id must be"), ("operator: \"ci", "operator: \"c i", "5:15: "),
      ("role: viewer", "role: god", "role must be one of"),
      ("kind: Tokens", "kind: Token", "2:7: "),
      ("    operator", "    Operator", "unknown key 'Operator'"),
    ])
  func mistakes(old: String, new: String, expected: String) throws {
    let text = TokenFile.text(Array(tokens.prefix(1)))
    let broken = text.replacingOccurrences(of: old, with: new)
    #expect(broken != text)
    let error = #expect(throws: Diagnostics.self) { try TokenFile.parse(broken, file: "t.yaml") }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test("an id that is there twice is refused: which secret counts must not be a guess")
  func twice() throws {
    let text = TokenFile.text([tokens[0], tokens[1], tokens[0]])
    let error = #expect(throws: Diagnostics.self) { try TokenFile.parse(text, file: "t.yaml") }
    #expect(error?.description.contains("is here twice") == true)
  }

  @Test("as many tokens as are allowed fit into a file, and one more is refused")
  func bound() throws {
    func many(_ count: Int) -> [TokenRecord] {
      (0..<count).map { number in
        let digits = String(number, radix: 16)
        let id = String(repeating: "0", count: 16 - digits.count) + digits
        return TokenRecord(
          id: id, operator: String(repeating: "o", count: 60), digest: tokens[0].digest,
          grants: tokens[0].grants, expires: tokens[0].expires)
      }
    }
    let most = many(AccessBounds.tokens)
    #expect(try TokenFile.parse(TokenFile.text(most), file: "t") == most)
    let tooMany = TokenFile.text(many(AccessBounds.tokens + 1))
    #expect(throws: Diagnostics.self) { try TokenFile.parse(tooMany, file: "t") }
  }
}
