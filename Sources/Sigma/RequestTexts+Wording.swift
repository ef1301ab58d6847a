extension RequestTexts {
  /// The first bytes of the text, with what is not printable in ASCII made visible.
  package func printable(_ field: RequestField, bytes: Int) -> String {
    let text = text(of: field)
    var shown = String(
      decoding: text.prefix(bytes).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    if text.count > bytes { shown += "..." }
    return shown
  }
}
