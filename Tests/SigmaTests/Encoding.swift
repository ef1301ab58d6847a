import Foundation

enum Encoding {
  static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
  static func base64(_ text: String) -> String { base64(Array(text.utf8)) }
}
