internal import Testing

@testable internal import Console

/// Every text that can come from outside is hostile here, on every screen.
@Suite struct HostileTextTests {
  static let payloads = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onclick='alert(1)",
    "javascript:alert(1)", "</title></textarea></pre><svg/onload=alert(1)>",
    "\u{202E}txt.exe\u{2066}", "\u{1B}[2J\u{1B}]0;owned\u{7}", "a\u{0}b\r\nSet-Cookie: x=1",
    "]]><!--", "{{7*7}}${7*7}#{7*7}", "https://a.example/\"><script>", "&lt;script&gt;", "../../..",
    String(repeating: "A", count: 2_000), "", " ", String(repeating: "<", count: 300),
    "a" + String(repeating: "\u{336}", count: 500), "\u{FFFE}\u{FFFF}\u{10FFFF}", "%00%0d%0a",
  ]

  @Test("no text becomes markup, an address, or something unseen", arguments: payloads)
  func hostile(payload: String) throws {
    let known = try elements(Samples())
    for (name, page) in try Samples(text: { _ in payload }).screens() {
      let outline = Outline(page.markup)
      #expect(outline.oddities.isEmpty, "\(name): \(outline.oddities)")
      for element in outline.elements {
        let attributes = try #require(known[element.name], "\(name): <\(element.name)>")
        for (key, value) in element.attributes {
          #expect(attributes.contains(key), "\(name): <\(element.name) \(key)>")
          guard ["href", "src", "action"].contains(key) else { continue }
          #expect(
            value.hasPrefix("/") && !value.hasPrefix("//") || value.hasPrefix("#")
              || value.hasPrefix("https://"), "\(name): \(key)=\(value)")
        }
      }
      let unseen = page.markup.unicodeScalars.filter { scalar in
        (scalar.value < 0x20 && scalar != "\n") || (0x7F...0x9F).contains(scalar.value)
          || scalar.properties.isDefaultIgnorableCodePoint
          || scalar.properties.generalCategory == .format
      }
      #expect(unseen.isEmpty, "\(name): \(unseen.map { String($0.value, radix: 16) }.prefix(3))")
    }
  }

  @Test("text of any length leaves a page that can be loaded")
  func length() throws {
    let long = String(repeating: "A", count: 20_000)
    for (name, page) in try Samples(text: { _ in long }).screens() {
      #expect(page.markup.utf8.count < 16_000_000, "\(name): \(page.markup.utf8.count)")
    }
  }

  @Test("what is cut can be unfolded whole")
  func cut() {
    let long = String(repeating: "A", count: 1_000) + "end"
    let markup = HTML.foreign(long).markup
    #expect(markup.contains("<details") && markup.contains("1,003 bytes"))
    #expect(markup.contains(long))
  }

  /// The elements and attributes that harmless pages have, and those of long texts.
  private func elements(_ samples: Samples) throws -> [String: Set<String>] {
    var known: [String: Set<String>] = [:]
    let long = Samples(text: { $0 + String(repeating: "x", count: 200) })
    for (_, page) in try samples.screens() + long.screens()
      + Samples(text: { _ in "\u{1}" }).screens()
    {
      for element in Outline(page.markup).elements {
        known[element.name, default: []].formUnion(element.attributes.keys)
      }
    }
    return known
  }
}
