internal import Foundation

/// JSON on one line, its keys in order.
enum OutputJSON {
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return "{}" }  // Our own types always encode.
    return String(decoding: data, as: UTF8.self)
  }
}
