internal import Testing

@testable internal import Console

@Suite struct HTMLTests {
  @Test("text cannot become markup, wherever it stands")
  func escaping() {
    let hostile = #"<script>alert("1")</script>'&amp;"#
    let page = HTML.element(.p, .class(hostile), .set(.title, hostile)) { hostile }
    let escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;amp;"
    #expect(page.markup == "<p class=\"\(escaped)\" title=\"\(escaped)\">\(escaped)</p>\n")
  }

  @Test(
    "what cannot be seen, or reorders what can, is shown by name",
    arguments: [
      ("a\u{202E}b", "a[U+202E]b"), ("\u{1B}[31mred", "[ESC][31mred"), ("x\u{0}y", "x[U+0000]y"),
      ("a\r\nb", "a[CR][LF]b"), ("\u{2066}\u{2069}", "[U+2066][U+2069]"),
      ("pay\u{200B}ments", "pay[U+200B]ments"), ("a\u{A0}b", "a[U+00A0]b"),
      ("\u{E0041}", "[U+E0041]"), ("\u{7F}\u{9B}", "[U+007F][U+009B]"), ("ünïcödé 例", "ünïcödé 例"),
      ("\u{3164}", "[U+3164]"), ("\u{FEFF}", "[U+FEFF]"), ("\u{2028}", "[U+2028]"),
      ("\u{E000}", "[U+E000]"), ("\u{FE0F}", "[U+FE0F]"),
    ])
  func unseen(text: String, shown: String) {
    #expect(VisibleText.plain(text) == shown)
  }

  @Test("marks that grow over other lines are shown by name from the fourth on")
  func marks() {
    let text = "a" + String(repeating: "\u{301}", count: 6)
    #expect(VisibleText.plain(text).hasSuffix("[U+0301][U+0301][U+0301]"))
  }

  @Test("what was hidden is set apart from text that only looks like its name")
  func tokens() {
    #expect(HTML.text("\u{202E}").markup == "<span class=\"unseen\">[U+202E]</span>")
    #expect(HTML.text("[U+202E]").markup == "[U+202E]")
  }

  @Test("a segment or a query value cannot leave its place in an address")
  func links() {
    #expect(Link(["actions", "../x?y#z"]).address == "/actions/..%2Fx%3Fy%23z")
    #expect(Link(["actions", ".."]).address == "/actions/-")
    #expect(Link(["scores"], [("subject", "a&b=c d")]).address == "/scores?subject=a%26b%3Dc%20d")
    #expect(Link([], [("q", "\u{202E}")]).address == "/?q=%E2%80%AE")
  }

  @Test(
    "only plain HTTPS references become links",
    arguments: [
      "javascript:alert(1)", "http://a.example/", "https://user@a.example/", "https://", "//a",
      "https://a.example/\" onclick=x", "https://a.example/\u{202E}", "data:text/html,x",
      "https://a.example/" + String(repeating: "a", count: 500), "HTTPS:\\\\a",
    ])
  func references(text: String) {
    #expect(Link.reference(text) == nil)
  }

  @Test("a reference keeps its address")
  func reference() {
    let text = "https://owasp.org/www-community/attacks/Path_Traversal?x=1#y"
    #expect(Link.reference(text)?.address == text)
  }
}
