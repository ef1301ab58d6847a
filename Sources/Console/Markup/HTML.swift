/// A piece of a page.
///
/// It is made of elements from a list, attributes from a list, and text, which is escaped on its way
/// in. Nothing else makes one: what somebody sent cannot become markup.
package struct HTML: Sendable, Equatable {
  package private(set) var markup: String

  private init(markup: String) {
    self.markup = markup
  }

  package static let empty = HTML(markup: "")

  /// Text as it is read: markup has no meaning in it, and what cannot be seen is shown.
  package static func text(_ text: String) -> HTML {
    var markup = ""
    VisibleText.forEach(text) { part in
      switch part {
      case .plain(let scalar): append(scalar, to: &markup)
      case .token(let name):
        markup += "<span class=\"unseen\">" + name + "</span>"
      }
    }
    return HTML(markup: markup)
  }

  package static func element(
    _ tag: Tag, _ attributes: Attribute..., @HTMLBuilder content: () -> HTML
  ) -> HTML {
    element(tag, attributes, content: content)
  }

  package static func element(
    _ tag: Tag, _ attributes: [Attribute], @HTMLBuilder content: () -> HTML
  ) -> HTML {
    var markup = opening(tag, attributes)
    markup += content().markup
    markup += "</" + tag.rawValue + ">" + (tag.isBlock ? "\n" : "")
    return HTML(markup: markup)
  }

  /// An element that has no content.
  package static func void(_ tag: VoidTag, _ attributes: Attribute...) -> HTML {
    HTML(markup: opening(tag, attributes))
  }

  package static func joined(_ parts: [HTML]) -> HTML {
    var markup = ""
    for part in parts { markup += part.markup }
    return HTML(markup: markup)
  }

  /// The whole document.
  package static func document(_ root: HTML) -> HTML {
    HTML(markup: "<!doctype html>\n" + root.markup)
  }

  static func append(_ scalar: Unicode.Scalar, to markup: inout String) {
    switch scalar {
    case "&": markup += "&amp;"
    case "<": markup += "&lt;"
    case ">": markup += "&gt;"
    case "\"": markup += "&quot;"
    case "'": markup += "&#39;"
    default: markup.unicodeScalars.append(scalar)
    }
  }

  private static func opening(
    _ tag: some RawRepresentable<String>, _ attributes: [Attribute]
  ) -> String {
    var markup = "<" + tag.rawValue
    for attribute in attributes { markup += attribute.markup }
    return markup + ">"
  }
}
