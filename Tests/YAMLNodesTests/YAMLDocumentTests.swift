import Testing
import YAMLNodes
import Yams

@Suite("YAML documents")
struct YAMLDocumentTests {
  @Test(
    "an ampersand or a star within a text, a comment or a block is no anchor and no alias",
    arguments: [
      "a: 'x &y'", "a: '&y'", "a: \"*y\"", "a: b # &c *d", "a: |\n  &b\n  *c", "a: >-\n  *c\n",
      "a: b &c", "a: b\n  &c", "a: b\n  *c", "a: x*y&z", "- '*'\n- '&'", "a: /b?c=d&e=f*",
      "'*a': 1\n'*b': 2", "a: \"b\n  &c\"", "a: 'it''s &b *c'",
    ])
  func noAnchor(text: String) throws {
    _ = try YAMLDocument.parse(text, file: "f")
  }

  @Test(
    "an anchor or an alias is refused where it stands",
    arguments: [
      ("a: &b c", 1, 4), ("a: 'x'\nb: [1, &c 2]", 2, 8), ("&a b: c", 1, 1), ("a: *b", 1, 4),
      ("a:\n  - *b\n", 2, 5), ("a: {b: &c {}}", 1, 8), ("- &a [x]\n- [*a, *a]\n", 1, 3),
    ])
  func anchor(text: String, line: Int, column: Int) {
    let found = #expect(throws: Diagnostic.self) { try YAMLDocument.parse(text, file: "f") }
    #expect(found?.description == "f:\(line):\(column): anchors and aliases are not supported")
  }

  @Test("a small file that stands for a huge one is refused before it is expanded")
  func expansion() {
    var text = "a0: &a0 [x]\n"
    for level in 1...60 {
      text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
    }
    text += "? *a60\n: x\n"
    let found = #expect(throws: Diagnostic.self) { try YAMLDocument.parse(text, file: "f") }
    #expect(found?.description.hasSuffix("anchors and aliases are not supported") == true)
  }

  @Test("nesting without end is refused")
  func nesting() {
    for open in ["[", "{a: ", "- "] {
      let text = String(repeating: open, count: 60_000)
      #expect(throws: Diagnostic.self) { try YAMLDocument.parse(text, file: "f") }
    }
  }

  @Test("a file may hold several documents, each with its places in the file; empty ones are none")
  func several() throws {
    let documents = try YAMLDocument.parseAll("---\na: 1\n---\n---\nb: 2\n---\n", file: "f")
    #expect(documents.map { $0.mark?.line } == [2, 5])
    #expect(try YAMLDocument.parseAll("# nothing\n", file: "f").isEmpty)
  }

  @Test("a file that is to hold one document holds no second")
  func second() {
    let found = #expect(throws: Diagnostic.self) {
      try YAMLDocument.parse("a: 1\n---\nb: 2\n", file: "f")
    }
    #expect(found?.line == 3)
  }

  @Test("a key given twice is named, also with a star in it")
  func duplicate() {
    let found = #expect(throws: Diagnostic.self) {
      try YAMLDocument.parse("'a*': 1\n'a*': 2\n", file: "f")
    }
    #expect(found?.message == "the same key twice: a*")
  }
}
