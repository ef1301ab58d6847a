internal import JSONNodes
internal import Testing

struct JSONPointerTests {
  private static let node = JSONNode.object(
    JSONObject([
      "a/b": .number("1"), "m~n": .number("2"), "": .number("3"),
      "list": .array([.string("x"), .object(JSONObject(["y": .number("4")]))]),
    ]))

  @Test(
    "a pointer finds what RFC 6901 says",
    arguments: [
      ("/a~1b", .number("1")), ("/m~0n", .number("2")), ("/", .number("3")),
      ("/list/0", .string("x")), ("/list/1/y", .number("4")), ("/list/2", nil), ("/list/01", nil),
      ("/list/-", nil), ("/list/+1", nil), ("/list/99999999999999999999", nil), ("/none/x", nil),
      ("/a~1b/x", nil),
    ] as [(String, JSONNode?)])
  func finds(text: String, expected: JSONNode?) throws {
    #expect(try #require(JSONPointer(parsing: text)).value(in: Self.node) == expected)
  }

  @Test("the empty pointer is the whole")
  func whole() {
    #expect(JSONPointer(parsing: "")?.value(in: Self.node) == Self.node)
  }

  @Test("what is not a pointer is refused", arguments: ["a", "a/b", "/~", "/~2", "/a~", "#/a"])
  func malformed(text: String) {
    #expect(JSONPointer(parsing: text) == nil)
  }

  @Test("a pointer has at most 16 parts")
  func bound() {
    #expect(JSONPointer(parsing: String(repeating: "/a", count: 16)) != nil)
    #expect(JSONPointer(parsing: String(repeating: "/a", count: 17)) == nil)
  }
}
