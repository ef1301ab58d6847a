internal import Foundation

/// JSON as it is put together for others.
enum JSONValue: Encodable, ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral {
  case text(String)
  case number(Int64)
  case truth(Bool)
  case list([JSONValue])
  /// Without the members that are nil.
  case object([String: JSONValue?])

  init(stringLiteral text: String) {
    self = .text(text)
  }

  init(dictionaryLiteral members: (String, JSONValue?)...) {
    self = .object(Dictionary(members) { _, later in later })
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .truth(let truth): try container.encode(truth)
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members.compactMapValues { $0 })
    }
  }

  /// One line, its keys in order. What could steer a terminal or turn text round is escaped, and so is not
  /// lost to whoever parses it.
  var line: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "{}" }  // These values always encode.
    // Outside of texts JSON is printable ASCII.
    return String(decoding: data, as: UTF8.self).escaped { scalar in
      String(scalar).utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
    }
  }
}

extension String {
  /// With each control and format character replaced.
  func escaped(_ replacement: (Unicode.Scalar) -> String) -> String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator:
        text += replacement(scalar)
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
