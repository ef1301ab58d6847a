extension HTML {
  /// A reference of a rule's author: a link where it plainly is one, else text.
  static func reference(_ text: String) -> HTML {
    guard let link = Link.reference(text) else { return .foreign(text) }
    return .element(.a, .href(link), .set(.rel, "noreferrer noopener nofollow")) { text }
  }
}
