extension String {
  /// The longest prefix of whole characters within `count` UTF-8 bytes.
  ///
  /// A bound in characters is none: one character may hold any number of combining marks.
  package init(cutting text: some StringProtocol, toBytes count: Int) {
    guard text.utf8.count > count else {
      self.init(text)
      return
    }
    var kept = text.startIndex
    var bytes = 0
    for index in text.unicodeScalars.indices {
      bytes += UTF8.width(text.unicodeScalars[index])
      guard bytes <= count else { break }
      kept = text.unicodeScalars.index(after: index)
    }
    self.init(text[..<kept])
  }
}
