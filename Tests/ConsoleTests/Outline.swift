/// The elements of a page in their order, by a reader that forgives nothing: what it does not know is
/// an oddity.
struct Outline {
  struct Element {
    var name: String
    var attributes: [String: String]
  }

  private(set) var elements: [Element] = []
  private(set) var oddities: [String] = []
  private(set) var text = ""

  init(_ markup: String) {
    var rest = Substring(markup)
    if rest.hasPrefix("<!doctype html>") { rest = rest.dropFirst(15) }
    var open: [String] = []
    while let start = rest.firstIndex(of: "<") {
      text += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ">") else {
        oddities.append("a tag has no end")
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        if open.popLast() != String(tag.dropFirst()) { oddities.append("</\(tag)> closes another") }
      } else {
        let element = read(tag)
        elements.append(element)
        if !["meta", "link", "input", "br", "hr"].contains(element.name) {
          open.append(element.name)
        }
      }
    }
    text += rest
    if !open.isEmpty { oddities.append("never closed: \(open)") }
  }

  private mutating func read(_ tag: Substring) -> Element {
    let name = String(tag.prefix { $0 != " " })
    var element = Element(name: name, attributes: [:])
    var rest = tag.dropFirst(name.count)
    while let first = rest.first {
      guard first == " " else {
        oddities.append("<\(tag)>")
        return element
      }
      rest = rest.dropFirst()
      let key = String(rest.prefix { $0 != "=" && $0 != " " })
      rest = rest.dropFirst(key.count)
      guard rest.first == "=" else {
        element.attributes[key] = ""
        continue
      }
      rest = rest.dropFirst()
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
        oddities.append("<\(tag)>")
        return element
      }
      element.attributes[key] = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
    }
    return element
  }
}
