/// One line of fields with a separator between them, after RFC 4180.
enum DelimitedLine {
  /// The fields without the blanks around them and without their quotes. Nil when a quote is not
  /// closed, something follows a closed one, or there are too many fields.
  static func fields(
    of line: ArraySlice<UInt8>, separatedBy separator: ListFormat.Separator
  ) -> [String]? {
    var fields: [String] = []
    var rest = line
    while true {
      guard fields.count < ThreatLimits.columns, let field = next(&rest, separator) else {
        return nil
      }
      fields.append(String(decoding: field, as: UTF8.self))
      guard let first = rest.first else { return fields }
      guard separates(first, separator) else { return nil }
      rest = rest.dropFirst()
      // Blanks at the end of a line separate nothing.
      if separator == .blanks, rest.allSatisfy(isBlank) { return fields }
    }
  }

  /// Takes a field off the front of `rest`, up to its separator or the end.
  private static func next(
    _ rest: inout ArraySlice<UInt8>, _ separator: ListFormat.Separator
  ) -> [UInt8]? {
    rest = rest.drop { isBlank($0) && (separator == .blanks || !separates($0, separator)) }
    guard rest.first == UInt8(ascii: "\"") else {
      var field = Array(rest.prefix { !separates($0, separator) })
      rest = rest.dropFirst(field.count)
      while let last = field.last, isBlank(last) { field.removeLast() }
      return field
    }
    rest = rest.dropFirst()
    var field: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\"") else {
        field.append(byte)
        continue
      }
      guard rest.first == UInt8(ascii: "\"") else {
        rest = rest.drop { isBlank($0) && !separates($0, separator) }
        return field
      }
      field.append(byte)
      rest = rest.dropFirst()
    }
    return nil
  }

  private static func separates(_ byte: UInt8, _ separator: ListFormat.Separator) -> Bool {
    switch separator {
    case .comma: byte == UInt8(ascii: ",")
    case .semicolon: byte == UInt8(ascii: ";")
    case .tab: byte == 0x09
    case .blanks: isBlank(byte)
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
